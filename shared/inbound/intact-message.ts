import { Readable } from 'node:stream';
import type { MailHead, ParsedMail } from '../contracts/parsed-mail.ts';
import type { LedgerEntry } from '../contracts/records.ts';
import { PermanentMailError } from '../errors/mail-error.ts';
import { wholeContentType } from '../mail/compose/content-fields.ts';
import { toMailId } from '../mail/ids.ts';
import type { PutOptions } from '../ports/blob-store.ts';
import type { ContentField, MailHeader } from '../ports/mime-composer.ts';
import type { InboundPorts } from './inbound-ports.ts';

/** What SES and most servers take. Unit: bytes of the whole message. */
export const maxMessageBytes = 40_000_000;

/** Where the body of a mail stands in the raw mail, and what its header says of it. */
export interface IntactBody {
  readonly head: MailHead;
  readonly root: Pick<ParsedMail['root'], 'contentType' | 'typeParameters' | 'bodyStart' | 'bodyEnd'>;
}

interface MessagePorts {
  readonly raw: Pick<InboundPorts['raw'], 'get'>;
  readonly files: Pick<InboundPorts['files'], 'put'>;
  readonly composer: InboundPorts['composer'];
}

type RawMail = Pick<LedgerEntry, 'mailId' | 'rawBucket' | 'rawKey'>;

/** Where a message goes in the files bucket. */
export interface MessageTarget {
  readonly key: string;
  readonly options: PutOptions;
}

/**
 * Stores a message of a new header block and the body of the raw mail, which is copied as it is and never held; answers
 * its size in bytes.
 * @throws PermanentMailError `ERR_TOO_LARGE` beyond 40 MB, `ERR_SOURCE_GONE` when the raw mail is another one by now,
 *   `ERR_HEADER_INJECTION`
 */
export async function storeIntactMessage(
  ports: MessagePorts,
  entry: RawMail,
  { head, root }: IntactBody,
  header: MailHeader,
  { key, options }: MessageTarget,
): Promise<number> {
  const block = ports.composer.composeHeader(header, contentFields(head, root));
  const sizeBytes = block.length + root.bodyEnd - root.bodyStart;
  assertSendable(sizeBytes);
  const body = await openBody(ports, entry, root);
  try {
    await ports.files.put(key, Readable.from(joined(block, body), { objectMode: false }), options);
  } finally {
    body?.destroy();
  }
  return sizeBytes;
}

/** @throws PermanentMailError `ERR_TOO_LARGE` */
export function assertSendable(sizeBytes: number): void {
  if (sizeBytes <= maxMessageBytes) return;
  throw new PermanentMailError(
    'ERR_TOO_LARGE',
    `the outgoing mail has ${sizeBytes} bytes, allowed are ${maxMessageBytes}`,
  );
}

async function openBody(
  { raw }: MessagePorts,
  { mailId, rawBucket, rawKey }: RawMail,
  { bodyStart, bodyEnd }: IntactBody['root'],
): Promise<Readable | undefined> {
  if (bodyEnd <= bodyStart) return undefined;
  const content = await raw.get(rawKey, { firstByte: bodyStart, lastByte: bodyEnd - 1 });
  if (content !== undefined && toMailId(rawBucket, rawKey, content.info.etag) === mailId) return content.body;
  content?.body.destroy();
  throw new PermanentMailError('ERR_SOURCE_GONE', 'the raw mail was removed or replaced while it was processed');
}

async function* joined(block: Uint8Array, body: Readable | undefined): AsyncGenerator<Uint8Array> {
  yield block;
  if (body !== undefined) yield* body;
}

/** The fields that the body is read by; of each the first counts, as it did when the mail was read. */
function contentFields(head: MailHead, root: IntactBody['root']): ContentField[] {
  const first = (name: string) => head.fields.find((field) => field.name === name)?.value;
  const values = [
    ['Content-Type', wholeContentType(first('content-type'), root.contentType, root.typeParameters)],
    ['Content-Transfer-Encoding', first('content-transfer-encoding')],
    ['Content-Disposition', asciiOnly(first('content-disposition'))],
  ] as const;
  return values.flatMap(([name, value]) => (value === undefined || value.trim() === '' ? [] : [{ name, value }]));
}

/** A name that is not ASCII stands in the content type as well, and no client needs it to read the body. */
function asciiOnly(value: string | undefined): string | undefined {
  return value !== undefined && /^[\t\x20-\x7e]*$/.test(value) ? value : undefined;
}
