import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { SMTPServerDataStream } from 'smtp-server';
import { toArrivalEvent } from '../../../shared/contracts/arrival-event.ts';
import type { Route } from '../../../shared/contracts/route.ts';
import { PermanentMailError, TransientMailError } from '../../../shared/errors/mail-error.ts';
import type { BlobInfo, BlobStore } from '../../../shared/ports/blob-store.ts';
import type { Logger } from '../../../shared/ports/logger.ts';
import type { Clock, Ids } from '../../../shared/ports/platform.ts';
import type { Topic } from '../../../shared/ports/topic.ts';
import { rawPrefix, rawRetentionDays } from '../../topology.ts';

export interface AcceptMailParts {
  readonly raw: BlobStore;
  readonly arrival: Topic;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

/** The recipients of one SMTP transaction that belong to one route. */
export interface RoutedRecipients {
  readonly route: Route;
  readonly rcptTo: readonly string[];
}

export interface IncomingMail {
  /** Empty: the null reverse-path. */
  readonly mailFrom: string;
  readonly routed: readonly RoutedRecipients[];
  readonly data: SMTPServerDataStream;
}

const dayMs = 86_400_000;
/**
 * The envelope's recipients stand in S3 user metadata, which may hold 2 KB in all: this much is for them, separated by
 * commas; unit: bytes.
 */
export const maxRecipientsBytes = 1600;

/**
 * Stores a mail and announces it; answers its id when both are durable.
 * 1. The bytes go to the raw bucket as they come in, under `raw/<routeId>/<id>`; for a further route they are copied.
 * 2. One event tells of all of them, so that a mail for two routes arrives for both or for none.
 * What fails leaves nothing behind that would be processed, and the rest of the data is read off before the throw.
 * @throws PermanentMailError `ERR_TOO_LARGE`, or what the store or the topic throws
 */
export async function acceptMail(parts: AcceptMailParts, mail: IncomingMail): Promise<string> {
  const id = parts.ids.next();
  const stored: BlobInfo[] = [];
  try {
    for (const recipients of mail.routed) stored.push(await storeFor(parts, mail, recipients, id, stored[0]));
    const at = parts.clock.now();
    await parts.arrival.publish({ message: toArrivalEvent(stored, { bucket: parts.raw.bucket, at, requestId: id }) });
  } catch (error) {
    await readOff(mail.data);
    await forget(parts, stored);
    throw error;
  }
  for (const { route } of mail.routed) {
    parts.log.info('mail taken over', { id, routeId: route.id, sizeBytes: stored[0]?.sizeBytes });
  }
  return id;
}

async function storeFor(
  parts: AcceptMailParts,
  mail: IncomingMail,
  { route, rcptTo }: RoutedRecipients,
  id: string,
  original: BlobInfo | undefined,
): Promise<BlobInfo> {
  const body = original === undefined ? Readable.from(withinLimit(mail.data)) : await reopen(parts.raw, original);
  return parts.raw.put(`${rawPrefix}${route.id}/${id}`, body, {
    contentType: 'message/rfc822',
    metadata: { 'mail-from': mail.mailFrom, 'rcpt-to': rcptTo.join(',') },
    expiresAt: new Date(parts.clock.now().getTime() + rawRetentionDays * dayMs),
  });
}

/** The data as it comes, until it is too much. The stream itself stays open: what follows must still be read off. */
async function* withinLimit(data: SMTPServerDataStream): AsyncGenerator<Buffer> {
  for await (const chunk of data.iterator({ destroyOnReturn: false })) {
    assertWithinLimit(data);
    yield chunk;
  }
  assertWithinLimit(data);
  if (data.errored || !data.readableEnded) throw new TransientMailError('ERR_BLOB_TRUNCATED', 'the connection broke');
}

function assertWithinLimit(data: SMTPServerDataStream): void {
  if (data.sizeExceeded) throw new PermanentMailError('ERR_TOO_LARGE', 'the mail is larger than SIZE allows');
}

async function reopen(raw: BlobStore, original: BlobInfo): Promise<Readable> {
  const content = await raw.get(original.key);
  if (content === undefined) throw new TransientMailError('ERR_BLOB_UNAVAILABLE', 'the mail just stored is not there');
  return content.body;
}

/**
 * The client reads no answer before it has sent everything. A listener, because `resume` has no effect on a stream
 * that is still iterated.
 */
async function readOff(data: SMTPServerDataStream): Promise<void> {
  data.on('data', () => undefined);
  await finished(data, { writable: false }).catch(() => undefined);
}

async function forget(parts: AcceptMailParts, stored: readonly BlobInfo[]): Promise<void> {
  for (const { key } of stored) {
    try {
      await parts.raw.delete(key);
    } catch (error) {
      parts.log.warn('a mail that was not announced could not be removed; it expires by itself', { key });
      parts.log.debug('removal failed', { error: String(error) });
    }
  }
}
