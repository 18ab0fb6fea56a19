import { crc32, deflateSync } from 'node:zlib';

/** A picture to look at: a hill under an evening sky. */
export function samplePng(width = 640, height = 360): Buffer {
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const hill = height * (0.62 - 0.16 * Math.sin(x / 90) - 0.08 * Math.sin(x / 37));
      const dusk = y / height;
      const sky = [40 + 190 * dusk, 70 + 110 * dusk, 120 + 40 * dusk];
      const ground = [16 + 20 * dusk, 70 + 30 * dusk, 58];
      const colour = y > hill ? ground : sky;
      for (let channel = 0; channel < 3; channel += 1) {
        rows[y * (1 + 3 * width) + 1 + 3 * x + channel] = Math.round(colour[channel] ?? 0);
      }
    }
  }
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
