import { type Base64Line, judgeBase64Line } from './base64-line.ts';
import type { PlainDecoder } from './transfer-decoder.ts';
import { createWordGaps, type WordGaps } from './word-gaps.ts';

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
 * ends the data. What stands behind it is reported: more base64 is decoded, since bodies joined from several encoded
 * pieces are met; a line of anything else and all that follows is kept as it is, since it is a footer that somebody
 * added on the way. A body whose first line is words is text that was never encoded: it is kept and reported as well.
 *
 * It decodes byte by byte on purpose: `Buffer` would need each window cleaned and made a string first, and the strings
 * cost more memory than the mail.
 */
export function createBase64Decoder(): Base64Decoder {
  const outcome = { isDamaged: false, isIncomplete: false, isClosed: false };
  const foreign = { spaceBytes: 0, garbageBytes: 0 };
  const gaps = createWordGaps();
  const place = { offset: 0, judgedBytes: 0, isBetween: true, isBegun: false, isBehindData: false };
  const state: Base64State = { group: 0, digitCount: 0, paddingCount: 0, ...place, foreign, outcome, gaps };
  let held = nothing;
  const read = (bytes: Buffer, isLast: boolean) => {
    if (state.isBehindData) return bytes;
    const input = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const result = decode(state, input, isLast);
    held = result.rest;
    return result.bytes;
  };
  return {
    outcome,
    foreign,
    get wordGapCount() {
      return gaps.count;
    },
    push: (bytes) => read(bytes, false),
    end() {
      const rest = read(nothing, true);
      // RFC 2045 asks for padding; a group of two or three digits without it is complete all the same.
      if (state.paddingCount > 2) outcome.isDamaged = true;
      outcome.isClosed = state.paddingCount > 0 && !state.isBehindData;
      outcome.isIncomplete = state.digitCount !== 0 && state.digitCount + state.paddingCount < 4;
      const out = Buffer.alloc(2);
      return Buffer.concat([rest, out.subarray(0, writeShortGroup(out, state, 0))]);
    },
  };
}

/** A decoder that tells what it passed over. Unit: bytes. */
export interface Base64Decoder extends PlainDecoder {
  readonly foreign: { readonly spaceBytes: number; readonly garbageBytes: number };
  /** Blanks that stand between other characters of one line: base64 has none, text has many. */
  readonly wordGapCount: number;
}

interface Base64State {
  /** The digits of the group that is not complete, and how many they are. */
  group: number;
  digitCount: number;
  /** Padding characters since the last digit. */
  paddingCount: number;
  /** Where the window at hand begins in the body, and how far lines were found to be base64. */
  offset: number;
  judgedBytes: number;
  /** At the beginning and behind padding: the next character that is not white space is judged by its line. */
  isBetween: boolean;
  /** Some of the data has been read. */
  isBegun: boolean;
  /** The data has ended, and something else follows. */
  isBehindData: boolean;
  readonly foreign: { spaceBytes: number; garbageBytes: number };
  readonly outcome: { isDamaged: boolean };
  readonly gaps: WordGaps;
}

const nothing: Buffer = Buffer.alloc(0);
const lineEnd = Buffer.from('\n');

/** @returns what was decoded, and a line that cannot be judged yet */
function decode(state: Base64State, input: Buffer, isLast: boolean): { bytes: Buffer; rest: Buffer } {
  const out = Buffer.allocUnsafe(Math.ceil(input.length * 0.75) + 3);
  let length = 0;
  let at = 0;
  while (at < input.length) {
    const step = decodeInto(out, length, state, input, at);
    length = step.length;
    at = step.next;
    if (at === input.length) break;
    const kind = judge(state, input, at, isLast);
    if (kind === undefined) break;
    state.outcome.isDamaged ||= state.isBegun || state.paddingCount > 0 || kind === 'words';
    length = writeShortGroup(out, state, length);
    if (kind === 'words' || (kind === 'other' && state.isBegun)) {
      state.isBehindData = true;
      const before = state.isBegun ? lineEnd : nothing;
      return { bytes: Buffer.concat([out.subarray(0, length), before, input.subarray(at)]), rest: nothing };
    }
    state.isBetween = false;
    state.isBegun = true;
  }
  state.offset += at;
  return { bytes: out.subarray(0, length), rest: at === input.length ? nothing : Buffer.from(input.subarray(at)) };
}

/** A line is judged once: padding may stand in it as often as a sender likes. */
function judge(state: Base64State, input: Buffer, at: number, isLast: boolean): Base64Line['kind'] | undefined {
  if (state.offset + at < state.judgedBytes) return 'base64';
  const line = judgeBase64Line(input, at, isLast);
  if (line?.kind === 'base64') state.judgedBytes = state.offset + line.end;
  return line?.kind;
}

/** Decodes up to the next line that is to be judged. @returns how many bytes stand in `out`, and where it stopped */
function decodeInto(out: Buffer, start: number, state: Base64State, bytes: Buffer, from: number) {
  if (state.isBetween) return { length: start, next: passPadding(state, bytes, from) };
  let length = start;
  for (let at = from; at < bytes.length; at += 1) {
    const value = values[bytes[at] ?? 0] ?? garbage;
    if (value > 63) {
      takeOddByte(state, value, bytes[at] ?? 0, at);
      state.isBetween = value === padding;
      if (state.isBetween) return { length, next: passPadding(state, bytes, at + 1) };
      continue;
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
  return { length, next: bytes.length };
}

/** Between data, padding and white space mean nothing. @returns where something else begins */
function passPadding(state: Base64State, bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const value = values[byte] ?? garbage;
    if (value !== padding && value !== space) return at;
    takeOddByte(state, value, byte, at);
  }
  return bytes.length;
}

function takeOddByte(state: Base64State, value: number, byte: number, at: number): void {
  if (value === padding) state.paddingCount += 1;
  else if (value === space) {
    state.foreign.spaceBytes += 1;
    state.gaps.addSpace(byte, state.offset + at);
  } else {
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
