import type { TransferDecoder } from './transfer-decoder.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const space = 64;
const padding = 65;
const garbage = 66;

/** The value of each digit; above 63 what is no digit. */
const values = new Uint8Array(256).fill(garbage);
for (const [value, char] of [...alphabet].entries()) values[char.charCodeAt(0)] = value;
for (const char of ' \t\r\n\v\f') values[char.charCodeAt(0)] = space;
values['='.charCodeAt(0)] = padding;

/**
 * Decodes base64 (RFC 2045 §6.8): white space is skipped; other characters are skipped and reported as damage. Padding
 * ends a group; what follows it is decoded as well, since bodies joined from several encoded pieces are met, and is reported.
 *
 * It decodes byte by byte on purpose: `Buffer` would need each window cleaned and made a string first, and the strings
 * cost more memory than the mail.
 */
export function createBase64Decoder(): TransferDecoder {
  const outcome = { isDamaged: false, isIncomplete: false };
  let group = 0;
  let digitCount = 0;
  let paddingCount = 0;

  /** Writes the bytes of a group that is shorter than four digits: one of two digits, two of three. */
  const writeShortGroup = (out: Buffer, length: number): number => {
    if (digitCount === 1) outcome.isDamaged = true;
    if (digitCount >= 2) out[length] = group >> (digitCount === 2 ? 4 : 10);
    if (digitCount === 3) out[length + 1] = group >> 2;
    const written = Math.max(0, digitCount - 1);
    group = 0;
    digitCount = 0;
    paddingCount = 0;
    return length + written;
  };

  const takeOddByte = (value: number) => {
    if (value === padding) paddingCount += 1;
    else if (value === garbage) outcome.isDamaged = true;
  };

  return {
    outcome,
    push(bytes) {
      const out = Buffer.allocUnsafe(Math.ceil(bytes.length * 0.75) + 3);
      let length = 0;
      for (let at = 0; at < bytes.length; at += 1) {
        const value = values[bytes[at] ?? 0] ?? garbage;
        if (value > 63) {
          takeOddByte(value);
          continue;
        }
        if (paddingCount > 0) {
          outcome.isDamaged = true;
          length = writeShortGroup(out, length);
        }
        group = (group << 6) | value;
        digitCount += 1;
        if (digitCount < 4) continue;
        out[length] = group >> 16;
        out[length + 1] = group >> 8;
        out[length + 2] = group;
        length += 3;
        group = 0;
        digitCount = 0;
      }
      return out.subarray(0, length);
    },
    end() {
      // RFC 2045 asks for padding; a group of two or three digits without it is complete all the same.
      if (paddingCount > 2) outcome.isDamaged = true;
      outcome.isIncomplete = digitCount !== 0 && digitCount + paddingCount < 4;
      const out = Buffer.alloc(2);
      return out.subarray(0, writeShortGroup(out, 0));
    },
  };
}
