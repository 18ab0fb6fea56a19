import type { ParseWarning } from '../../contracts/parsed-mail.ts';
import type { LeafAccount } from '../../mail/conservation/mail-account.ts';
import { createTransferDecoder, type TransferDecoder } from '../../mail/transfer-decoding/transfer-decoder.ts';
import type { ParseHandlers } from '../../ports/mime-parser.ts';
import { createFileFeed, type FileFeed } from './parser-file-feed.ts';
import { createGatheredBytes } from './parser-gathered-bytes.ts';
import type { LeafHead } from './parser-part-head.ts';
import { isInkless } from './parser-plain-text.ts';
import type { RunTask } from './parser-tasks.ts';

/** What became of a leaf. */
export interface LeafEnd {
  readonly account: Omit<LeafAccount, 'isLast'>;
  readonly warnings: readonly ParseWarning[];
  /** The decoded text of a body part. */
  readonly text?: string;
}

/** Where the bytes of one leaf go. */
export interface LeafSink {
  /** @param bytes still encoded */
  write(bytes: Buffer): Promise<void>;
  end(): Promise<LeafEnd>;
  abort(cause: unknown): void;
}

/** Bytes of body text that a mail may still have; what goes beyond becomes a file, so that nothing is lost. */
export interface TextBudget {
  leftBytes: number;
}

/** Encoded bytes that are decoded before the reader's pace is asked for again. */
const windowBytes = 64 * 1024;

/** A sink that decodes a file and hands it to `onFile` as it comes. */
export function createFileSink({ head }: LeafHead, onFile: ParseHandlers['onFile']): LeafSink {
  const decoder = createTransferDecoder(head.transferEncoding);
  const feed = createFileFeed(async (content) => onFile(head, content));
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length; at += windowBytes) {
        await feed.write(decoder.push(bytes.subarray(at, at + windowBytes)));
      }
    },
    async end() {
      await feed.write(decoder.end());
      await feed.end();
      return toEnd(decoder, head.transferEncoding, 'file');
    },
    abort: (cause) => feed.abort(cause),
  };
}

/**
 * A sink that gathers a body part and gives its text at the end. A part that is larger than the mail's budget becomes a
 * file from its first byte on: a log of 30 MB is relayed as a link.
 */
export function createTextSink(
  { head, form }: LeafHead,
  budget: TextBudget,
  { onFile, runTask }: { readonly onFile: ParseHandlers['onFile']; readonly runTask: RunTask },
): LeafSink {
  const decoder = createTransferDecoder(head.transferEncoding);
  const gathered = createGatheredBytes();
  let feed: FileFeed | undefined;

  const take = async (bytes: Buffer) => {
    if (feed !== undefined) return feed.write(bytes);
    gathered.add(bytes);
    if (gathered.sizeBytes <= budget.leftBytes) return;
    feed = createFileFeed(async (content) => onFile(head, content));
    for (const piece of gathered.take()) await feed.write(piece);
  };
  const read = async (): Promise<LeafEnd> => {
    const bytes = Buffer.concat(gathered.take());
    budget.leftBytes -= bytes.length;
    const { contentType, transferEncoding } = head;
    // The bytes may be gone to another thread afterwards.
    const hasInk = !isInkless(bytes);
    const { text, isCharsetKnown } = await runTask('text', { contentType, form, bytes });
    const isLost = hasInk && text.trim() === '';
    const end = toEnd(decoder, transferEncoding, 'text', isLost);
    const warnings: readonly ParseWarning[] = isCharsetKnown ? end.warnings : [...end.warnings, 'charset-unknown'];
    return { ...end, warnings, text };
  };

  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length; at += windowBytes) {
        await take(decoder.push(bytes.subarray(at, at + windowBytes)));
      }
    },
    async end() {
      await take(decoder.end());
      if (feed === undefined) return read();
      await feed.end();
      const end = toEnd(decoder, head.transferEncoding, 'file');
      return { ...end, warnings: [...end.warnings, 'text-as-file'] };
    },
    abort: (cause) => feed?.abort(cause),
  };
}

function toEnd(decoder: TransferDecoder, transferEncoding: string, fate: 'text' | 'file', isLost = false): LeafEnd {
  const { outcome, counts } = decoder;
  return {
    account: { ...counts, transferEncoding, outcome, fate, isLost },
    warnings: outcome.isDamaged ? ['base64-damaged'] : [],
  };
}
