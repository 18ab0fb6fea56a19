const blanks = new Set([0x20, 0x09, 0x0d, 0x0a]);

/** Whether bytes are white space only; stops at the first that is not. */
export function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (!blanks.has(byte)) return false;
  return true;
}
