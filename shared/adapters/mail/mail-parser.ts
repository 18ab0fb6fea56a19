import { setImmediate } from 'node:timers/promises';
import { defaultLimits } from '../../mail/mime-scan/default-limits.ts';
import { createMimeScan, type MimeScan } from '../../mail/mime-scan/mime-scan.ts';
import type { MimeParser } from '../../ports/mime-parser.ts';
import { withinTime } from './parser-deadline.ts';
import { createReading, type Reading } from './parser-reading.ts';
import { createTaskRunner } from './parser-task-runner.ts';
import { createTextWorkerHost, defaultTaskLimits, type TaskLimits } from './text-worker-host.ts';

/** What a parser takes on, and how long and how much it may take for it. */
export interface MimeParserOptions {
  /** The largest mail that is read; beyond it `ERR_TOO_LARGE`. */
  readonly maxMailBytes: number;
  /** Decoded body text of one mail; a body part beyond it is given as a file, warning `text-as-file`. */
  readonly maxTextBytes?: number;
  /** From the first byte to the last handler; beyond it `ERR_OUT_OF_TIME`. Unit: milliseconds. */
  readonly maxParseMs?: number;
  /** What the worker may take for one large text; beyond it `ERR_PARSE_RESOURCE`. */
  readonly task?: Partial<TaskLimits>;
}

/** Text that somebody reads; what is more is a log or a dump, and a link serves it better. */
const defaultMaxTextBytes = 10_000_000;

/** Below the 300 s that the function has for a mail, so that the parser's own error comes first. */
const defaultMaxParseMs = 240_000;

/** Bytes that are scanned at a time, however large the chunks of the source are. */
const windowBytes = 64 * 1024;

/** Work in one go before others get their turn. Unit: milliseconds. */
const maxTurnMs = 10;

/**
 * The parser of the pipeline: the scan finds the parts, files are decoded natively and streamed to `onFile`, body parts
 * go through mailparser, which knows the charsets; large ones in a worker thread with limits. It never holds more than
 * the body parts and one file's window. At the end the account of all bytes must balance: what would lose content is
 * refused with `ERR_NOT_CONSERVED`, `ERR_TRUNCATED` or `ERR_BOUNDARY`.
 */
export function createMimeParser(options: MimeParserOptions): MimeParser {
  const limits = defaultLimits(options.maxMailBytes);
  const runTask = createTaskRunner(createTextWorkerHost({ ...defaultTaskLimits, ...options.task }));
  const maxTextBytes = options.maxTextBytes ?? defaultMaxTextBytes;
  return {
    async parse(source, handlers) {
      const scan = createMimeScan(limits);
      const reading = createReading({ scan, handlers, runTask, maxTextBytes });
      try {
        await withinTime(options.maxParseMs ?? defaultMaxParseMs, readAll(source, scan, reading), (error) => {
          source.destroy(error);
        });
        return reading.result();
      } catch (error) {
        reading.abort(error);
        throw error;
      }
    },
  };
}

async function readAll(source: AsyncIterable<Uint8Array | string>, scan: MimeScan, reading: Reading): Promise<void> {
  const breathe = createBreather();
  for await (const chunk of source) {
    const bytes = toBuffer(chunk);
    for (let at = 0; at < bytes.length; at += windowBytes) {
      const window = bytes.subarray(at, at + windowBytes);
      await reading.take(scan.push(window), window);
      await breathe();
    }
  }
  await reading.take(scan.end(), Buffer.alloc(0));
}

/** A source that always has more, as one in memory does, would keep everybody else waiting. */
function createBreather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < maxTurnMs) return;
    await setImmediate();
    since = performance.now();
  };
}

function toBuffer(chunk: Uint8Array | string): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
