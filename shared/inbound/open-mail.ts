import { type Arrival, routeIdOf } from '../contracts/inbound-event.ts';
import type { LedgerEntry } from '../contracts/records.ts';
import type { Route } from '../contracts/route.ts';
import { PermanentMailError, TransientMailError } from '../errors/mail-error.ts';
import { toMailId } from '../mail/ids.ts';
import type { BlobContent } from '../ports/blob-store.ts';
import type { InboundPorts } from './inbound-ports.ts';

/** A raw mail that is being read, and what the ledger knows of it. */
export interface OpenedMail {
  readonly entry: LedgerEntry;
  readonly content: BlobContent;
  /** Envelope recipients; empty when they are not known. */
  readonly rcptTo: readonly string[];
  /** Envelope sender: empty for the null reverse-path, `undefined` when it is not known. */
  readonly mailFrom: string | undefined;
}

/** An object that is missing is looked for this often: the event may be older than a restore. */
const looksForMissing = 3;

/**
 * Opens the raw mail that an event tells of. Its id comes from what was really read, so that all shapes of event for
 * one mail, and every repetition, meet in one ledger entry. The caller destroys `content.body`.
 * @throws MailError `ERR_SOURCE_GONE`, `ERR_BAD_EVENT`
 */
export async function openMail(ports: InboundPorts, arrival: Arrival, receiveCount: number): Promise<OpenedMail> {
  if (arrival.bucket !== ports.raw.bucket) {
    throw new PermanentMailError('ERR_BAD_EVENT', 'the event names a bucket that is not the raw mail bucket');
  }
  const content = await ports.raw.get(arrival.key);
  if (content === undefined) throw missing(receiveCount);
  try {
    const { info } = content;
    const mailId = toMailId(arrival.bucket, arrival.key, info.etag);
    const at = ports.clock.now().toISOString();
    const entry = await ports.ledger.begin({
      mailId,
      state: 'received',
      routeId: routeIdOf(arrival.key, ports.settings.rawPrefix) ?? '',
      rawBucket: arrival.bucket,
      rawKey: arrival.key,
      sizeBytes: info.sizeBytes,
      receivedAt: info.modifiedAt.toISOString(),
      changedAt: at,
      recipientCount: 0,
      partCount: 0,
      warnings: [],
    });
    ports.log.info('mail received', { mailId, routeId: entry.routeId, bytes: info.sizeBytes, state: entry.state });
    return { entry, content, ...envelopeOf(arrival, info.metadata) };
  } catch (error) {
    content.body.destroy();
    throw error;
  }
}

/** The envelope, from SES's notification or from our own SMTP server's metadata. */
function envelopeOf(
  arrival: Arrival,
  metadata: Readonly<Record<string, string>>,
): Pick<OpenedMail, 'rcptTo' | 'mailFrom'> {
  const rcptTo = arrival.rcptTo ?? metadata['rcpt-to']?.split(',').filter((address) => address !== '') ?? [];
  return { rcptTo, mailFrom: arrival.mailFrom ?? metadata['mail-from'] };
}

function missing(receiveCount: number): Error {
  if (receiveCount < looksForMissing) {
    return new TransientMailError('ERR_BLOB_UNAVAILABLE', 'the raw mail is not there', { retryAfterSeconds: 5 });
  }
  return new PermanentMailError('ERR_SOURCE_GONE', `the raw mail is not there after ${receiveCount} looks`);
}

/** @throws PermanentMailError `ERR_ROUTE_UNKNOWN` */
export async function routeOf(ports: InboundPorts, entry: LedgerEntry): Promise<Route> {
  const routes = await ports.routes.routes();
  const route = routes.find(({ id }) => id === entry.routeId);
  if (route === undefined) throw new PermanentMailError('ERR_ROUTE_UNKNOWN', `no route has the id ${entry.routeId}`);
  return route;
}
