import { PermanentMailError } from '../../errors/mail-error.ts';
import type { ScanProgress } from './scan-progress.ts';
import type { ScanLimits } from './scan-types.ts';

/** A carriage return that begins a line with a header field: the line ends of a mail that has no line feeds. */
const bareCarriageReturn = /\r[!-9;-~]+:/;

/** Makes the step that reads one header line, or sees that the line is not complete yet. */
export function createHeaderReader(progress: ScanProgress, limits: ScanLimits): () => void {
  let isFirstLine = true;
  /** The line at hand is no header line; the next one decides whether the header ends before it. */
  let isJunk = false;

  const addLine = (lineEnd: number, next: number) => {
    const { input } = progress;
    const line = input.data.toString('latin1', input.at, lineEnd);
    if (isJunk) return passJunk(next);
    const delimiter = progress.boundaries.size > 0 ? progress.boundaries.match(line) : undefined;
    if (delimiter !== undefined) {
      const bodyEnd = input.at;
      progress.openPart(false);
      input.at = next;
      progress.takeDelimiter(delimiter, bodyEnd);
      return;
    }
    if (isFirstLine && bareCarriageReturn.test(line)) refuseBareCarriageReturn();
    isFirstLine = false;
    const verdict = progress.block.add(line);
    if (verdict === 'body') return endWithoutBlankLine(next);
    input.at = next;
    if (verdict === 'blank') progress.openPart(false);
  };

  const endWithoutBlankLine = (next: number) => {
    if (progress.tree.root !== undefined) return progress.openPart(true);
    if (!progress.block.isEmpty) return passJunk(next);
    throw new PermanentMailError('ERR_NO_HEADER', 'mail that does not begin with a header field');
  };

  const passJunk = (next: number) => {
    const { input } = progress;
    const judged = judgeFollower(input.data, next, input.isLast);
    isJunk = judged === 'unknown';
    if (isJunk) input.isStuck = true;
    else if (judged === 'body') progress.openPart(true);
    else {
      progress.block.skipLine();
      input.at = next;
    }
  };

  return () => {
    const { input } = progress;
    const lineFeed = input.data.indexOf(0x0a, input.at);
    if (lineFeed >= 0) return addLine(lineFeed, lineFeed + 1);
    const rest = input.data.length - input.at;
    if (rest > limits.headerBytes) refuseLongLine(input.data, isFirstLine);
    if (input.isLast && rest > 0) return addLine(input.data.length, input.data.length);
    if (input.isLast && progress.tree.root === undefined && progress.block.isEmpty) {
      throw new PermanentMailError('ERR_NO_HEADER', 'mail of blank lines only');
    }
    input.isStuck = true;
  };
}

/** Fields that a mail's header has and a text hardly begins a line with, in this spelling. @see RFC 5322 §3.6, RFC 2045 §3 */
const knownField =
  /^(?:From|Sender|Reply-To|To|Cc|Subject|Date|Message-I[Dd]|In-Reply-To|References|Return-Path|Received|M[Ii][Mm][Ee]-Version|Content-(?:Type|Transfer-Encoding|Disposition|I[Dd]|Language)|DKIM-Signature|Auto-Submitted|X-[A-Za-z0-9-]{1,40})[ \t]*:/;
const knownFieldMaxBytes = 64;

/** Whether a line that is no header line stands in the middle of a header: what follows it is a field that is known. */
function judgeFollower(data: Buffer, start: number, isLast: boolean): 'header' | 'body' | 'unknown' {
  const end = data.indexOf(0x0a, start);
  const line = data.toString('latin1', start, Math.min(end < 0 ? data.length : end, start + knownFieldMaxBytes));
  if (knownField.test(line)) return 'header';
  return end >= 0 || isLast || line.length === knownFieldMaxBytes ? 'body' : 'unknown';
}

function refuseLongLine(data: Buffer, isFirstLine: boolean): never {
  if (isFirstLine && bareCarriageReturn.test(data.toString('latin1'))) refuseBareCarriageReturn();
  throw new PermanentMailError('ERR_HEADER_TOO_LARGE', `header line of more than ${data.length} bytes`);
}

function refuseBareCarriageReturn(): never {
  throw new PermanentMailError('ERR_BARE_CR', 'header lines that end in a carriage return without a line feed');
}
