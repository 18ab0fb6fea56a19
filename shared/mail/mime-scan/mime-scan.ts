import { PermanentMailError } from '../../errors/mail-error.ts';
import { createBodyReader } from './body-reader.ts';
import { createHeaderReader } from './header-reader.ts';
import { createScanProgress, type ScanProgress } from './scan-progress.ts';
import type { ScanAccount, ScanEvent, ScanLimits, ScannedPart } from './scan-types.ts';

const lineFeed = 0x0a;
const maxPieces = 512;
const noBytes = Buffer.alloc(0);

/** One pass over the raw bytes of a mail, fed in chunks of any size. */
export interface MimeScan {
  /** The part tree as far as it is known. */
  readonly root: ScannedPart | undefined;
  /** Bytes pushed so far. */
  readonly sizeBytes: number;
  /** Of those, the bytes that are decided upon; the others wait for more. */
  readonly readBytes: number;
  /**
   * What the next bytes bring. The same mail gives the same parts and bytes however it is cut into chunks.
   * @throws ERR_TOO_LARGE, ERR_HEADER_TOO_LARGE, ERR_TOO_MANY_PARTS, ERR_TOO_DEEP, ERR_BOUNDARY, ERR_NO_HEADER, ERR_BARE_CR
   */
  push(chunk: Buffer): ScanEvent[];
  /** What is left when the mail ends. @throws ERR_EMPTY and what `push` throws */
  end(): ScanEvent[];
  /** Where every byte went; complete after `end`. */
  account(): ScanAccount;
}

/**
 * Finds the part tree of a mail natively: RFC 5322 header blocks, RFC 2046 §5.1.1 boundaries, line ends CRLF, LF or both.
 * It holds one unfinished header line or one line that may be a delimiter, never a body; `message/*` is a leaf.
 *
 * What senders get wrong and is mended with a warning: a header block without a blank line after it, a line in the mail's
 * own header that is none, a last boundary without its final `--` or missing, a mbox separator before the header. What is not mended: a multipart whose boundary
 * is missing or never seen, since all of its content would be lost.
 */
export function createMimeScan(limits: ScanLimits): MimeScan {
  const progress = createScanProgress(limits);
  const advance = createAdvance(progress, limits);
  let sizeBytes = 0;
  let lastByte = 0;
  let pending: Buffer[] = [];
  let pendingBytes = 0;

  return {
    get root() {
      return progress.tree.root;
    },
    get sizeBytes() {
      return sizeBytes;
    },
    get readBytes() {
      return progress.offset;
    },
    push(chunk) {
      sizeBytes += chunk.length;
      lastByte = chunk.at(-1) ?? lastByte;
      if (sizeBytes > limits.totalBytes) {
        throw new PermanentMailError('ERR_TOO_LARGE', `mail of more than ${limits.totalBytes} bytes`);
      }
      pending.push(chunk);
      pendingBytes += chunk.length;
      // A header line that comes in pieces is put together once, when it is complete or when the pieces are many.
      const isPiece = progress.phase === 'header' && !chunk.includes(lineFeed);
      if (isPiece && pending.length < maxPieces && pendingBytes <= limits.headerBytes) return [];
      const rest = advance(pending.length === 1 ? chunk : Buffer.concat(pending), false);
      pending = rest.length > 0 ? [rest] : [];
      pendingBytes = rest.length;
      return progress.takeEvents();
    },
    end() {
      if (sizeBytes === 0) throw new PermanentMailError('ERR_EMPTY', 'mail of 0 bytes');
      advance(Buffer.concat(pending), true);
      progress.finish();
      return progress.takeEvents();
    },
    account: () => progress.account(lastByte === lineFeed),
  };
}

/** Makes the loop that reads as far as the bytes allow and gives back those that wait for more. */
function createAdvance(progress: ScanProgress, limits: ScanLimits): (data: Buffer, isLast: boolean) => Buffer {
  const readHeader = createHeaderReader(progress, limits);
  const readBody = createBodyReader(progress);
  return (data, isLast) => {
    const input = { data, isLast, at: 0, isStuck: false };
    progress.input = input;
    while (!input.isStuck) {
      if (progress.phase === 'header') readHeader();
      else readBody();
    }
    progress.offset += input.at;
    progress.input = { data: noBytes, isLast, at: 0, isStuck: false };
    return data.subarray(input.at);
  };
}
