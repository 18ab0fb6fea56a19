import { isUtf8 } from 'node:buffer';
import { PermanentMailError } from '../../errors/mail-error.ts';
import type { ScanLimits, ScannedField, ScanWarning } from './scan-types.ts';

/** What a line is to the header block it was offered to. */
export type HeaderLineVerdict =
  /** It belongs to the block. */
  | 'taken'
  /** It is the blank line that ends the block. */
  | 'blank'
  /** It is no header line: the block ended before it without a blank line. */
  | 'body';

/** The header lines of one part, collected one by one. */
export interface HeaderBlock {
  readonly isEmpty: boolean;
  /** What was found in its lines, each once. */
  readonly warnings: ReadonlySet<ScanWarning>;
  /** Notes that a line which is no header line was passed over. */
  skipLine(): void;
  /** The fields in order; call it once, when the block is complete. */
  fields(): ScannedField[];
  /** @param line latin1, without its line feed @throws ERR_HEADER_TOO_LARGE */
  add(line: string): HeaderLineVerdict;
}

/** A line is charged with at least what its field costs in memory, so that a block of tiny lines is bounded too. */
const minLineCost = 64;
const fieldStart = /^[!-9;-~]+[ \t]*:/;
const mboxFromLine = /^>?From \S/;
/** A parameter on a line of its own behind a field that ends in a semicolon: gateways are met that strip each line. */
const lostFold = /^(?:boundary|charset|name|filename|type|format|report-type|protocol|micalg)(?:\*\d*\*?)?=./i;
const byteOrderMark = '\u00ef\u00bb\u00bf';

interface RawField {
  readonly name: string;
  readonly lines: string[];
}

/** The limits of one header block: bytes of all its lines, and of one line before it is marked. */
export type HeaderLimits = Pick<ScanLimits, 'headerBytes' | 'lineBytes'>;

interface BlockState {
  readonly raw: RawField[];
  readonly isRoot: boolean;
  readonly limits: HeaderLimits;
  readonly warnings: Set<ScanWarning>;
  lineCount: number;
  cost: number;
}

/**
 * Makes a header block.
 * @param isRoot whether it is the mail's own header, before which blank lines, a byte order mark and mbox lines are skipped
 * @param limits beyond `headerBytes` `ERR_HEADER_TOO_LARGE`
 */
export function createHeaderBlock(isRoot: boolean, limits: HeaderLimits): HeaderBlock {
  const state: BlockState = { raw: [], isRoot, limits, warnings: new Set(), lineCount: 0, cost: 0 };
  return {
    get isEmpty() {
      return state.raw.length === 0;
    },
    warnings: state.warnings,
    skipLine: () => void state.warnings.add('header-line-skipped'),
    fields: () => state.raw.map(({ name, lines }) => ({ name, value: toFieldValue(lines) })),
    add: (line) => addLine(state, line),
  };
}

function addLine(state: BlockState, rawLine: string): HeaderLineVerdict {
  state.lineCount += 1;
  const marked = state.isRoot && state.lineCount === 1 && rawLine.startsWith(byteOrderMark);
  const line = withoutLineEnd(marked ? rawLine.slice(byteOrderMark.length) : rawLine);
  charge(state, line.length);
  mark(state, line);
  const last = state.raw.at(-1);
  if (line === '') return state.isRoot && last === undefined ? 'taken' : 'blank';
  if (line.startsWith(' ') || line.startsWith('\t')) return addContinuation(state, line, last);
  const name = fieldStart.exec(line)?.[0];
  if (name !== undefined) {
    state.raw.push({ name: name.slice(0, -1).trimEnd().toLowerCase(), lines: [line.slice(name.length)] });
    return 'taken';
  }
  return addLineWithoutColon(state, line, last);
}

function addLineWithoutColon(state: BlockState, line: string, last: RawField | undefined): HeaderLineVerdict {
  if (last?.lines.at(-1)?.trimEnd().endsWith(';') && lostFold.test(line)) {
    last.lines.push(` ${line}`);
    state.warnings.add('header-line-without-colon');
    return 'taken';
  }
  if (!state.isRoot || !mboxFromLine.test(line)) return 'body';
  state.warnings.add('mbox-from-line');
  return 'taken';
}

/** A folded line goes to the field before it (RFC 5322 §2.2.3); where there is none, white space alone is a blank line. */
function addContinuation(state: BlockState, line: string, last: RawField | undefined): HeaderLineVerdict {
  if (last !== undefined) {
    last.lines.push(line);
    return 'taken';
  }
  if (line.trim() !== '') return 'body';
  return state.isRoot ? 'taken' : 'blank';
}

function charge(state: BlockState, bytes: number): void {
  state.cost += Math.max(bytes, minLineCost);
  const { headerBytes } = state.limits;
  if (state.cost <= headerBytes) return;
  throw new PermanentMailError('ERR_HEADER_TOO_LARGE', `header block of more than ${headerBytes} bytes`);
}

function mark({ warnings, limits }: BlockState, line: string): void {
  if (line.includes('\r')) warnings.add('bare-cr');
  if (line.includes('\0')) warnings.add('nul-byte');
  if (line.length > limits.lineBytes) warnings.add('line-too-long');
}

/** Several carriage returns before a line feed come from line ends that were converted twice. */
function withoutLineEnd(line: string): string {
  let end = line.length;
  while (end > 0 && line.charAt(end - 1) === '\r') end -= 1;
  return line.slice(0, end);
}

/** Unfolded text: UTF-8 where the bytes are UTF-8 (RFC 6532), else windows-1252; controls are gone, a tab is a space. */
function toFieldValue(lines: readonly string[]): string {
  const bytes = lines.join('');
  const text = /[\u0080-\u00ff]/.test(bytes) ? fromBytes(bytes) : bytes;
  return text
    .replace(/\t/g, ' ')
    .replace(/[\0-\x1f\x7f]/g, '')
    .trim();
}

const utf8 = new TextDecoder('utf-8');
/** Latin-1 with letters where Latin-1 has controls: what senders mean, and what a body without a charset is read as. */
const windows1252 = new TextDecoder('windows-1252');

function fromBytes(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  return isUtf8(bytes) ? utf8.decode(bytes) : windows1252.decode(bytes);
}
