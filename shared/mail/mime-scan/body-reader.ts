import type { DelimiterMatch } from './boundary-stack.ts';
import type { ScanInput, ScanProgress } from './scan-progress.ts';

/** What a line start turned out to be; `unknown` needs more bytes. */
type Verdict = 'no' | 'unknown' | { readonly match: DelimiterMatch; readonly next: number };

const dashesOnLine = Buffer.from('\n--');
const dash = 0x2d;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** Makes the step that reads body bytes up to the next delimiter, or to the end of what is at hand. */
export function createBodyReader(progress: ScanProgress): () => void {
  return () => {
    const { input } = progress;
    if (progress.boundaries.size === 0) return keep(progress, input.data.length);
    // A body begins at a line start; every other line has its line feed in the data at hand.
    const verdict = isLineStart(progress) ? judgeLine(progress, input.at) : 'no';
    if (verdict === 'no') readLines(progress);
    else settle(progress, verdict, input.at);
  };
}

function readLines(progress: ScanProgress): void {
  const { input } = progress;
  for (let found = next(input, input.at); found >= 0; found = next(input, found + 1)) {
    const verdict = judgeLine(progress, found + 1);
    if (verdict === 'no') continue;
    const isCrLf = found > input.at && input.data[found - 1] === carriageReturn;
    settle(progress, verdict, isCrLf ? found - 1 : found);
    return;
  }
  keep(progress, input.data.length - (input.isLast ? 0 : undecidedTail(input.data, input.at)));
}

function next(input: ScanInput, from: number): number {
  return input.data.indexOf(dashesOnLine, from);
}

function settle(progress: ScanProgress, verdict: Exclude<Verdict, 'no'>, bodyEnd: number): void {
  if (verdict === 'unknown') {
    keep(progress, bodyEnd);
    return;
  }
  progress.addBody(progress.input.at, bodyEnd);
  progress.input.at = verdict.next;
  progress.takeDelimiter(verdict.match, bodyEnd);
}

function isLineStart(progress: ScanProgress): boolean {
  return progress.offset + progress.input.at === progress.lineStart;
}

/** Everything before a position is body; the rest waits for more bytes. */
function keep(progress: ScanProgress, position: number): void {
  progress.addBody(progress.input.at, position);
  progress.input.at = position;
  progress.input.isStuck = true;
}

function judgeLine(progress: ScanProgress, start: number): Verdict {
  const { data, isLast } = progress.input;
  if (start < data.length && data[start] !== dash) return 'no';
  if (start + 1 < data.length && data[start + 1] !== dash) return 'no';
  const third = data[start + 2];
  if (third === undefined) return isLast ? 'no' : 'unknown';
  return progress.boundaries.canFollowDashes(third) ? judgeDashedLine(progress, start) : 'no';
}

function judgeDashedLine({ boundaries, input }: ScanProgress, start: number): Verdict {
  const { data, isLast } = input;
  const found = data.indexOf(lineFeed, start);
  const end = found < 0 ? data.length : found;
  if (end - start > boundaries.maxLineBytes) return 'no';
  if (found < 0 && !isLast) return 'unknown';
  const match = boundaries.match(data.toString('latin1', start, end));
  return match === undefined ? 'no' : { match, next: Math.min(end + 1, data.length) };
}

/** How many of the last bytes may belong to a delimiter: a line end, or a line end and one dash. */
function undecidedTail(data: Buffer, start: number): number {
  let at = data.length;
  if (at > start && data[at - 1] === dash) at -= 1;
  if (at > start && data[at - 1] === lineFeed) {
    at -= 1;
    if (at > start && data[at - 1] === carriageReturn) at -= 1;
    return data.length - at;
  }
  return data.length > start && data[data.length - 1] === carriageReturn ? 1 : 0;
}
