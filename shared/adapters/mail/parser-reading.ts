import type { MailHead, ParsedMail, ParseWarning, PartNode } from '../../contracts/parsed-mail.ts';
import { PermanentMailError } from '../../errors/mail-error.ts';
import type { MimeScan } from '../../mail/mime-scan/mime-scan.ts';
import type { ScanEvent, ScannedPart } from '../../mail/mime-scan/scan-types.ts';
import type { ParseHandlers } from '../../ports/mime-parser.ts';
import { createParserAccount } from './parser-account.ts';
import { joinBody } from './parser-body.ts';
import { createFileSink, createTextSink, type LeafEnd, type LeafSink, type TextBudget } from './parser-leaf-sinks.ts';
import { toPartFacts } from './parser-part-head.ts';
import type { RunTask } from './parser-tasks.ts';

/** Follows the scan of one mail. */
export interface Reading {
  /** The events that these bytes brought. @throws what a handler throws */
  take(events: readonly ScanEvent[], bytes: Buffer): Promise<void>;
  abort(cause: unknown): void;
  /** @throws PermanentMailError when not all of the mail is in it */
  result(): ParsedMail;
}

interface ReadingOptions {
  readonly scan: MimeScan;
  readonly handlers: ParseHandlers;
  readonly runTask: RunTask;
  /** Unit: bytes of decoded body text. */
  readonly maxTextBytes: number;
}

/** Begins to read; a leaf is finished before the next one begins. */
export function createReading({ scan, handlers, runTask, maxTextBytes }: ReadingOptions): Reading {
  const texts = new Map<ScannedPart, string>();
  const typeParameters = new Map<ScannedPart, PartNode['typeParameters']>();
  const warnings = new Map<string, { path: string; warning: ParseWarning }>();
  const account = createParserAccount();
  const budget: TextBudget = { leftBytes: maxTextBytes };
  let head: MailHead | undefined;
  let root: ScannedPart | undefined;
  let sink: LeafSink | undefined;

  const warn = (path: string, warning: ParseWarning) => warnings.set(`${path} ${warning}`, { path, warning });
  const onFile: ParseHandlers['onFile'] = async (part, content) => {
    await handlers.onFile(part, content);
    account.addFile();
  };

  const open = async (event: ScanEvent & { type: 'open' }) => {
    const { part, fields } = event;
    account.addPart(event);
    if (head === undefined) {
      root = part;
      head = await runTask('head', { fields, contentType: part.contentType });
      await handlers.onHead(head);
    }
    const leaf = await runTask('part', { facts: toPartFacts(part), fields });
    typeParameters.set(part, leaf.head.typeParameters);
    if (part.isMultipart) return;
    sink = leaf.isBody ? createTextSink(leaf, budget, { onFile, runTask }) : createFileSink(leaf, onFile);
  };
  const close = async ({ part, cut }: ScanEvent & { type: 'close' }) => {
    if (part.isMultipart || sink === undefined) return;
    const isLast = cut || part.parent === undefined;
    const end: LeafEnd = await sink.end();
    sink = undefined;
    account.addLeaf({ ...end.account, isLast });
    if (end.text !== undefined) texts.set(part, end.text);
    for (const warning of end.warnings) warn(part.path, warning);
    if (isLast && end.account.outcome.isIncomplete) warn(part.path, 'part-truncated');
  };
  const takeOne = async (event: ScanEvent) => {
    if (event.type === 'open') await open(event);
    else if (event.type === 'body') await sink?.write(event.bytes);
    else if (event.type === 'close') await close(event);
    else warn(event.path, event.warning);
  };

  return {
    async take(events, bytes) {
      for (const event of events) await takeOne(event);
      account.addBytes(bytes, scan.readBytes);
    },
    abort: (cause) => sink?.abort(cause),
    result() {
      if (head === undefined || root === undefined)
        throw new PermanentMailError('ERR_PARSE', 'mail without a root part');
      account.assertConserved(scan.sizeBytes, scan.account());
      const body = joinBody(root, texts);
      const nodes = toNode(root, typeParameters);
      return { head, ...body, root: nodes, warnings: [...warnings.values()], sizeBytes: scan.sizeBytes };
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
