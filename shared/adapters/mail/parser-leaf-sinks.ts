import type { ParseWarning } from '../../contracts/parsed-mail.ts';
import { createTransferDecoder } from '../../mail/transfer-decoding/transfer-decoder.ts';
import type { ParseHandlers } from '../../ports/mime-parser.ts';
import { createFileFeed } from './parser-file-feed.ts';
import type { LeafHead } from './parser-part-head.ts';
import { decodeText } from './parser-text.ts';

/** Where the bytes of one leaf go. */
export interface LeafSink {
  /** @param bytes still encoded */
  write(bytes: Buffer): Promise<void>;
  /** @param cut the mail ended before the part did @returns what was found wrong */
  end(cut: boolean): Promise<ParseWarning[]>;
  abort(cause: unknown): void;
}

/** Encoded bytes that are decoded before the reader's pace is asked for again. */
const windowBytes = 64 * 1024;

/** Pieces of a body part that are kept as they come before they are put together. */
const maxPieces = 4096;

/** A sink that decodes a file and hands it to `onFile` as it comes. */
export function createFileSink({ head }: LeafHead, handlers: ParseHandlers): LeafSink {
  const decoder = createTransferDecoder(head.transferEncoding);
  const feed = createFileFeed(async (content) => handlers.onFile(head, content));
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length; at += windowBytes) {
        await feed.write(decoder.push(bytes.subarray(at, at + windowBytes)));
      }
    },
    async end(cut) {
      await feed.write(decoder.end());
      await feed.end();
      return outcomeWarnings(decoder.outcome, cut);
    },
    abort: (cause) => feed.abort(cause),
  };
}

/** A sink that gathers a body part and hands its text to `onText`. */
export function createTextSink({ head, form }: LeafHead, onText: (text: string) => void): LeafSink {
  const decoder = createTransferDecoder(head.transferEncoding);
  const blocks: Buffer[] = [];
  let pieces: Buffer[] = [];
  const add = (bytes: Buffer) => {
    pieces.push(bytes);
    // A body that comes byte by byte would cost a hundred times its size.
    if (pieces.length < maxPieces) return;
    blocks.push(Buffer.concat(pieces));
    pieces = [];
  };
  return {
    async write(bytes) {
      add(decoder.push(bytes));
    },
    async end(cut) {
      add(decoder.end());
      const { text, isCharsetKnown } = await decodeText(head.contentType, form, Buffer.concat([...blocks, ...pieces]));
      onText(text);
      const warnings = outcomeWarnings(decoder.outcome, cut);
      return isCharsetKnown ? warnings : [...warnings, 'charset-unknown'];
    },
    abort: () => {},
  };
}

function outcomeWarnings(outcome: { isDamaged: boolean; isIncomplete: boolean }, cut: boolean): ParseWarning[] {
  const isTruncated = outcome.isIncomplete && cut;
  return [
    ...(outcome.isDamaged ? (['base64-damaged'] as const) : []),
    ...(isTruncated ? (['part-truncated'] as const) : []),
  ];
}
