import type { Readable } from 'node:stream';
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

/** Where something goes in the files bucket. */
export interface MessageTarget {
  readonly key: string;
  readonly options: PutOptions;
}

/**
 * Stores the body of the raw mail, which is copied as it is and never held: once for all recipients. Answers whether
 * there is any.
 * @throws PermanentMailError `ERR_SOURCE_GONE` when the raw mail is another one by now
 */
export async function storeIntactBody(
  ports: Pick<MessagePorts, 'raw' | 'files'>,
  entry: RawMail,
  root: IntactBody['root'],
  { key, options }: MessageTarget,
): Promise<boolean> {
  const body = await openBody(ports, entry, root);
  if (body === undefined) return false;
  try {
    await ports.files.put(key, body, options);
  } finally {
    body.destroy();
  }
  return true;
}

/**
 * Stores the new header block of one recipient's message; answers the size of the whole message in bytes.
 * @throws PermanentMailError `ERR_TOO_LARGE` beyond 40 MB, `ERR_HEADER_INJECTION`
 */
export async function storeIntactHeader(
  ports: Pick<MessagePorts, 'files' | 'composer'>,
  { head, root }: IntactBody,
  header: MailHeader,
  { key, options }: MessageTarget,
): Promise<number> {
  const block = ports.composer.composeHeader(header, contentFields(head, root));
  const sizeBytes = block.length + root.bodyEnd - root.bodyStart;
  assertSendable(sizeBytes);
  await ports.files.put(key, block, options);
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
  { raw }: Pick<MessagePorts, 'raw'>,
  { mailId, rawBucket, rawKey }: RawMail,
  { bodyStart, bodyEnd }: IntactBody['root'],
): Promise<Readable | undefined> {
  if (bodyEnd <= bodyStart) return undefined;
  const content = await raw.get(rawKey, { firstByte: bodyStart, lastByte: bodyEnd - 1 });
  if (content !== undefined && toMailId(rawBucket, rawKey, content.info.etag) === mailId) return content.body;
  content?.body.destroy();
  throw new PermanentMailError('ERR_SOURCE_GONE', 'the raw mail was removed or replaced while it was processed');
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
