import { PermanentMailError } from '../../errors/mail-error.ts';
import type { ScanProgress } from './scan-progress.ts';
import type { ScanLimits } from './scan-types.ts';

/** A carriage return that begins a line with a header field: the line ends of a mail that has no line feeds. */
const bareCarriageReturn = /\r[!-9;-~]+:/;

/** Makes the step that reads one header line, or sees that the line is not complete yet. */
export function createHeaderReader(progress: ScanProgress, limits: ScanLimits): () => void {
  let isFirstLine = true;

  const addLine = (lineEnd: number, next: number) => {
    const { input } = progress;
    const line = input.data.toString('latin1', input.at, lineEnd);
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
    if (verdict === 'body' && progress.tree.root === undefined && progress.block.isEmpty) {
      throw new PermanentMailError('ERR_NO_HEADER', 'mail that does not begin with a header field');
    }
    if (verdict !== 'body') input.at = next;
    if (verdict !== 'taken') progress.openPart(verdict === 'body');
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

function refuseLongLine(data: Buffer, isFirstLine: boolean): never {
  if (isFirstLine && bareCarriageReturn.test(data.toString('latin1'))) refuseBareCarriageReturn();
  throw new PermanentMailError('ERR_HEADER_TOO_LARGE', `header line of more than ${data.length} bytes`);
}

function refuseBareCarriageReturn(): never {
  throw new PermanentMailError('ERR_BARE_CR', 'header lines that end in a carriage return without a line feed');
}
