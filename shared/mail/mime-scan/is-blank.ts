const isBlankByte = new Uint8Array(256);
for (const byte of [0x20, 0x09, 0x0d, 0x0a]) isBlankByte[byte] = 1;

/** Whether bytes are white space only; stops at the first that is not. */
export function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (isBlankByte[byte] === 0) return false;
  return true;
}

/** How many bytes are not white space. */
export function countInk(bytes: Buffer): number {
  let count = bytes.length;
  for (let at = 0; at < bytes.length; at += 1) count -= isBlankByte[bytes[at] ?? 0] ?? 0;
  return count;
}
