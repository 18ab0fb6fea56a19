import { createHash } from 'node:crypto';

const separator = '\0';

/** SHA-256 over texts, kept apart by NUL, as lower-case hex. */
export function sha256Hex(...texts: readonly string[]): string {
  return createHash('sha256').update(texts.join(separator)).digest('hex');
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** SHA-256 over texts as `length` characters of `[a-z2-7]`: 5 bits each, fit for keys, tags and file names. */
export function shortHash(length: number, ...texts: readonly string[]): string {
  const digest = createHash('sha256').update(texts.join(separator)).digest();
  let bits = 0;
  let pending = 0;
  let out = '';
  for (const byte of digest) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5 && out.length < length) {
      bits -= 5;
      out += base32.charAt((pending >> bits) & 31);
    }
    pending &= (1 << bits) - 1;
  }
  return out;
}
