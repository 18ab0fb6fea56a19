import type { PlainDecoder } from './transfer-decoder.ts';

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
export function createBase64Decoder(): Base64Decoder {
  const outcome = { isDamaged: false, isIncomplete: false, isClosed: false };
  const foreign = { spaceBytes: 0, garbageBytes: 0 };
  const state: Base64State = { group: 0, digitCount: 0, paddingCount: 0, foreign, outcome };
  return {
    outcome,
    foreign,
    push(bytes) {
      const out = Buffer.allocUnsafe(Math.ceil(bytes.length * 0.75) + 3);
      return out.subarray(0, decodeInto(out, state, bytes));
    },
    end() {
      // RFC 2045 asks for padding; a group of two or three digits without it is complete all the same.
      if (state.paddingCount > 2) outcome.isDamaged = true;
      outcome.isClosed = state.paddingCount > 0;
      outcome.isIncomplete = state.digitCount !== 0 && state.digitCount + state.paddingCount < 4;
      const out = Buffer.alloc(2);
      return out.subarray(0, writeShortGroup(out, state, 0));
    },
  };
}

/** A decoder that tells what it passed over. Unit: bytes. */
export interface Base64Decoder extends PlainDecoder {
  readonly foreign: { readonly spaceBytes: number; readonly garbageBytes: number };
}

interface Base64State {
  /** The digits of the group that is not complete, and how many they are. */
  group: number;
  digitCount: number;
  /** Padding characters since the last digit. */
  paddingCount: number;
  readonly foreign: { spaceBytes: number; garbageBytes: number };
  readonly outcome: { isDamaged: boolean };
}

/** @returns how many bytes were written */
function decodeInto(out: Buffer, state: Base64State, bytes: Buffer): number {
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const value = values[bytes[at] ?? 0] ?? garbage;
    if (value > 63) {
      takeOddByte(state, value);
      continue;
    }
    if (state.paddingCount > 0) {
      state.outcome.isDamaged = true;
      length = writeShortGroup(out, state, length);
    }
    state.group = (state.group << 6) | value;
    state.digitCount += 1;
    if (state.digitCount < 4) continue;
    out[length] = state.group >> 16;
    out[length + 1] = state.group >> 8;
    out[length + 2] = state.group;
    length += 3;
    state.group = 0;
    state.digitCount = 0;
  }
  return length;
}

function takeOddByte(state: Base64State, value: number): void {
  if (value === padding) state.paddingCount += 1;
  else if (value === space) state.foreign.spaceBytes += 1;
  else {
    state.foreign.garbageBytes += 1;
    state.outcome.isDamaged = true;
  }
}

/** Writes the bytes of a group that is shorter than four digits: one of two digits, two of three. */
function writeShortGroup(out: Buffer, state: Base64State, length: number): number {
  const { digitCount, group } = state;
  if (digitCount === 1) state.outcome.isDamaged = true;
  if (digitCount >= 2) out[length] = group >> (digitCount === 2 ? 4 : 10);
  if (digitCount === 3) out[length + 1] = group >> 2;
  state.group = 0;
  state.digitCount = 0;
  state.paddingCount = 0;
  return length + Math.max(0, digitCount - 1);
}
