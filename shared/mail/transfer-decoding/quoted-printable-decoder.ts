import type { PlainDecoder } from './transfer-decoder.ts';

const nothing = Buffer.alloc(0);
const equals = 0x3d;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** White space at a line's end that is held back until the line end shows whether it counts: as long as a line may be. */
const maxHeldBytes = 998;

/**
 * Decodes quoted-printable (RFC 2045 §6.7): soft line breaks join, white space at a line's end is transport padding and
 * goes, lower-case hex is taken, and an `=` that begins nothing known stays as it is (the lenient reading of §6.7).
 */
export function createQuotedPrintableDecoder(): PlainDecoder {
  const outcome = { isDamaged: false, isIncomplete: false, isClosed: false };
  const state: QuotedState = { held: nothing, isInLongRun: false };
  return {
    outcome,
    push: (bytes) => decode(state, state.held.length === 0 ? bytes : Buffer.concat([state.held, bytes]), false),
    end() {
      outcome.isIncomplete = state.held.length > 0 && state.held.length < 3 && state.held[0] === equals;
      return decode(state, state.held, true);
    },
  };
}

interface QuotedState {
  /** Bytes that cannot be judged yet: an escape, or white space before a line end. */
  held: Buffer;
  /** Whether the bytes so far end in white space too long to be padding; more of it belongs to it. */
  isInLongRun: boolean;
}

function decode(state: QuotedState, input: Buffer, isLast: boolean): Buffer {
  const out = Buffer.allocUnsafe(input.length);
  let length = 0;
  let at = 0;
  while (at < input.length) {
    const byte = input[at] ?? 0;
    if (byte !== equals && !(isBlank(byte) && mayEndLine(input[at + 1]))) {
      out[length] = byte;
      length += 1;
      at += 1;
      continue;
    }
    const step = readStep(state, input, at, isLast);
    if (step === undefined) break;
    state.isInLongRun = isBlank(byte) && step.next === input.length && step.bytes.length > 0;
    length += step.bytes.copy(out, length);
    at = step.next;
  }
  state.held = Buffer.from(input.subarray(at));
  if (length > 0 && !isBlank(out[length - 1])) state.isInLongRun = false;
  return out.subarray(0, length);
}

function readStep(state: QuotedState, input: Buffer, at: number, isLast: boolean): Step | undefined {
  if (input[at] === equals) return readEscape(input, at, isLast);
  const end = blanksEnd(input, at);
  const isLong = end - at > maxHeldBytes || (at === 0 && state.isInLongRun);
  return isLong ? { bytes: input.subarray(at, end), next: end } : readBlanks(input, at, end, isLast);
}

interface Step {
  readonly bytes: Buffer;
  readonly next: number;
}

/** What an `=` stands for: a byte, a soft line break, or itself. */
function readEscape(input: Buffer, at: number, isLast: boolean): Step | undefined {
  const high = hexValue(input[at + 1]);
  const low = hexValue(input[at + 2]);
  if (high >= 0 && low >= 0) return { bytes: Buffer.of(high * 16 + low), next: at + 3 };
  const end = blanksEnd(input, at + 1);
  if (end - at <= maxHeldBytes) {
    const lineEnd = readLineEnd(input, end);
    if (lineEnd > end || (isLast && end === input.length)) return { bytes: nothing, next: Math.max(lineEnd, end) };
    const isHexOpen = high >= 0 && at + 2 === input.length;
    if (!isLast && (isHexOpen || isLineOpen(input, end))) return undefined;
  }
  return { bytes: input.subarray(at, at + 1), next: at + 1 };
}

/** White space: itself inside a line, nothing before a line end. */
function readBlanks(input: Buffer, at: number, end: number, isLast: boolean): Step | undefined {
  if (isLineOpen(input, end) && !isLast) return undefined;
  const isPadding = readLineEnd(input, end) > end || (isLast && end === input.length);
  return { bytes: isPadding ? nothing : input.subarray(at, end), next: end };
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

/** Whether the next bytes decide if a line ends here. */
function isLineOpen(input: Buffer, at: number): boolean {
  return at === input.length || (input[at] === carriageReturn && at + 1 === input.length);
}

/** Whether white space before this byte may be at a line's end: more white space, a line end, or the end of what is at hand. */
function mayEndLine(byte: number | undefined): boolean {
  return byte === undefined || byte === lineFeed || byte === carriageReturn || isBlank(byte);
}

function blanksEnd(input: Buffer, start: number): number {
  let at = start;
  while (isBlank(input[at])) at += 1;
  return at;
}

/** Behind the line end at a position, or the position itself when there is none. */
function readLineEnd(input: Buffer, at: number): number {
  if (input[at] === lineFeed) return at + 1;
  return input[at] === carriageReturn && input[at + 1] === lineFeed ? at + 2 : at;
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const upper = byte & 0xdf;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}
