import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClamdScanner } from '../../../../shared/adapters/clamd/clamd-scanner.ts';
import { toErrorCode } from '../../../../shared/errors/mail-error.ts';

/** A daemon that keeps what it was sent and answers with one line. */
async function clamd(answer: (bytes: Buffer) => string | undefined) {
  const got: Buffer[] = [];
  const server = createServer((socket) => {
    let pending = Buffer.alloc(0);
    let greeted = false;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      if (!greeted) {
        const end = pending.indexOf(0);
        if (end < 0) return;
        expect(pending.subarray(0, end).toString()).toBe('zINSTREAM');
        pending = pending.subarray(end + 1);
        greeted = true;
      }
      while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE()) {
        const length = pending.readUInt32BE();
        if (length === 0) {
          const line = answer(Buffer.concat(got));
          if (line === undefined) socket.destroy();
          else socket.end(`${line}\0`);
          return;
        }
        got.push(pending.subarray(4, 4 + length));
        pending = pending.subarray(4 + length);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { got, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const scan = (address: string, bytes: Buffer, silenceMs = 5000) =>
  createClamdScanner({ address, silenceMs }).scan(Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]));

describe('clamd', () => {
  it.each([
    ['stream: OK', 'clean'],
    ['stream: Win.Test.EICAR_HDB-1 FOUND', 'infected'],
    ['stream: Heuristics.Encrypted.Zip FOUND', 'unscannable'],
    ['INSTREAM size limit exceeded. ERROR', 'unscannable'],
  ])('takes %j as %s, of the very bytes', async (line, verdict) => {
    const bytes = Buffer.from('0123456789 and the rest of the file');
    const daemon = await clamd(() => line);

    expect(await scan(daemon.address, bytes)).toBe(verdict);
    expect(Buffer.concat(daemon.got).equals(bytes)).toBe(true);
  });

  it('that is not there, closes, or is silent is never a verdict', async () => {
    const closing = await clamd(() => undefined);
    const bytes = Buffer.from('x'.repeat(20));

    expect(await scan('127.0.0.1:1', bytes).catch(toErrorCode)).toBe('ERR_SCAN_UNAVAILABLE');
    expect(await scan(closing.address, bytes).catch(toErrorCode)).toBe('ERR_SCAN_UNAVAILABLE');
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    expect(await scan(address, bytes, 50).catch(toErrorCode)).toBe('ERR_SCAN_UNAVAILABLE');
    silent.close();
  });

  it('throws what the file itself throws', async () => {
    const daemon = await clamd(() => 'stream: OK');
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('a');
        throw new Error('the disk is gone');
      })(),
    );

    await expect(createClamdScanner({ address: daemon.address }).scan(broken)).rejects.toThrow('the disk is gone');
  });
});
