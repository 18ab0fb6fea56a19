import type { MailHead, ParsedMail, ParseWarning, PartNode } from '../../contracts/parsed-mail.ts';
import { PermanentMailError } from '../../errors/mail-error.ts';
import { defaultLimits } from '../../mail/mime-scan/default-limits.ts';
import { createMimeScan } from '../../mail/mime-scan/mime-scan.ts';
import type { ScanEvent, ScannedPart } from '../../mail/mime-scan/scan-types.ts';
import type { MimeParser, ParseHandlers } from '../../ports/mime-parser.ts';
import { joinBody } from './parser-body.ts';
import { toMailHead } from './parser-head.ts';
import { createFileSink, createTextSink, type LeafSink } from './parser-leaf-sinks.ts';
import { toLeafHead, toTypeParameters } from './parser-part-head.ts';

/**
 * The parser of the pipeline: the scan finds the parts, files are decoded natively and streamed to `onFile`, body parts
 * go through mailparser, which knows the charsets. It never holds more than the body parts and one file's window.
 * @param options.maxMailBytes the largest mail that is read; beyond it `ERR_TOO_LARGE`
 */
export function createMimeParser(options: { readonly maxMailBytes: number }): MimeParser {
  const limits = defaultLimits(options.maxMailBytes);
  return {
    async parse(source, handlers) {
      const scan = createMimeScan(limits);
      const reading = createReading(handlers);
      try {
        for await (const chunk of source as AsyncIterable<Uint8Array | string>) {
          await takeAll(reading, scan.push(toBuffer(chunk)));
        }
        await takeAll(reading, scan.end());
      } catch (error) {
        reading.abort(error);
        throw error;
      }
      return reading.result(scan.sizeBytes);
    },
  };
}

function toBuffer(chunk: Uint8Array | string): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

interface Reading {
  take(event: ScanEvent): Promise<void>;
  abort(cause: unknown): void;
  result(sizeBytes: number): ParsedMail;
}

async function takeAll(reading: Reading, events: readonly ScanEvent[]): Promise<void> {
  for (const event of events) await reading.take(event);
}

/** Follows the scan's events of one mail; a leaf is finished before the next one begins. */
function createReading(handlers: ParseHandlers): Reading {
  const texts = new Map<ScannedPart, string>();
  const typeParameters = new Map<ScannedPart, PartNode['typeParameters']>();
  const warnings = new Map<string, { path: string; warning: ParseWarning }>();
  let head: MailHead | undefined;
  let root: ScannedPart | undefined;
  let sink: LeafSink | undefined;

  const warn = (path: string, warning: ParseWarning) => warnings.set(`${path} ${warning}`, { path, warning });

  const open = async ({ part, fields }: ScanEvent & { type: 'open' }) => {
    if (head === undefined) {
      root = part;
      head = toMailHead(fields, part.contentType);
      await handlers.onHead(head);
    }
    typeParameters.set(part, toTypeParameters(fields));
    if (part.isMultipart) return;
    const leaf = toLeafHead(part, fields);
    sink = leaf.isBody ? createTextSink(leaf, (text) => texts.set(part, text)) : createFileSink(leaf, handlers);
  };

  const close = async ({ part, cut }: ScanEvent & { type: 'close' }) => {
    if (part.isMultipart || sink === undefined) return;
    for (const warning of await sink.end(cut)) warn(part.path, warning);
    sink = undefined;
  };

  return {
    async take(event) {
      if (event.type === 'open') await open(event);
      else if (event.type === 'body') await sink?.write(event.bytes);
      else if (event.type === 'close') await close(event);
      else warn(event.path, event.warning);
    },
    abort: (cause) => sink?.abort(cause),
    result(sizeBytes) {
      if (head === undefined || root === undefined)
        throw new PermanentMailError('ERR_PARSE', 'mail without a root part');
      return {
        head,
        ...joinBody(root, texts),
        root: toNode(root, typeParameters),
        warnings: [...warnings.values()],
        sizeBytes,
      };
    },
  };
}

function toNode(part: ScannedPart, parameters: ReadonlyMap<ScannedPart, PartNode['typeParameters']>): PartNode {
  const { path, contentType, transferEncoding, headerStart, bodyStart, bodyEnd } = part;
  return {
    path,
    contentType,
    typeParameters: parameters.get(part) ?? {},
    transferEncoding,
    headerStart,
    bodyStart,
    bodyEnd,
    children: part.children.map((child) => toNode(child, parameters)),
  };
}
