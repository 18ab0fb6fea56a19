import { type Doer, toDetail } from '../contracts/doer.ts';
import type { LedgerEntry, MailState } from '../contracts/records.ts';
import { toReplayEvent } from '../contracts/replay-event.ts';
import { toMailId } from '../mail/ids.ts';
import type { BlobInfo } from '../ports/blob-store.ts';
import type { Platform } from '../ports/platform.ts';
import type { Ledger } from '../records/ledger.ts';

/** What a replay needs of the outside. */
export interface ReplayPorts extends Pick<Platform, 'raw' | 'inboundQueue' | 'clock' | 'log'> {
  readonly ledger: Pick<Ledger, 'read' | 'reopen' | 'note'>;
}

/**
 * - `replayed`: the mail is on the inbound queue again; with `dryRun`, it would be
 * - `unknown`: there is no such mail
 * - `relayed`: every recipient has an email already; a failed one is tried again by a redrive of the outbound queue
 * - `raw-gone`: what arrived is no longer in the store
 */
export interface ReplayAnswer {
  readonly mailId: string;
  readonly outcome: 'replayed' | 'unknown' | 'relayed' | 'raw-gone';
  /** Before the replay; absent for a mail that is unknown. */
  readonly state?: MailState;
}

/** The states that a mail is taken back from; the others are on their way to an end already. */
const reopened: readonly MailState[] = ['stuck', 'parked', 'quarantined', 'ignored'];

/**
 * Has a mail processed again, after the cause of its end was repaired: the whole way, with every check on it, so that
 * what is still refused ends as before. Recipients who have an email record get nothing twice. Harmless twice.
 *
 * 1. The raw mail must still be there, as it came.
 * 2. The ledger takes the end back, and says who wanted it.
 * 3. The mail is announced again. A crash before that leaves it `received`; a second replay announces it.
 */
export async function replayMail(
  ports: ReplayPorts,
  mailId: string,
  doer: Doer,
  dryRun = false,
): Promise<ReplayAnswer> {
  const { ledger, inboundQueue, clock, log } = ports;
  const entry = await ledger.read(mailId);
  if (entry === undefined) return { mailId, outcome: 'unknown' };
  const { state } = entry;
  if (state === 'relayed') return { mailId, outcome: 'relayed', state };
  const raw = await findRaw(ports, entry);
  if (raw === undefined) return { mailId, outcome: 'raw-gone', state };
  if (dryRun) return { mailId, outcome: 'replayed', state };

  const detail = toDetail(doer);
  if (!(await ledger.reopen(mailId, reopened, detail))) await ledger.note(mailId, 'replayed', detail);
  const { sizeBytes, etag: eTag } = raw;
  const object = { bucket: entry.rawBucket, key: entry.rawKey, sizeBytes, eTag };
  await inboundQueue.send([toReplayEvent(object, clock.now())]);
  log.info('mail replayed', { mailId, state });
  return { mailId, outcome: 'replayed', state };
}

/** The object that the ledger's entry was made for: another one under its key would be another mail. */
async function findRaw({ raw }: ReplayPorts, entry: LedgerEntry): Promise<BlobInfo | undefined> {
  if (entry.rawBucket !== raw.bucket) return undefined;
  const info = await raw.head(entry.rawKey);
  return info !== undefined && toMailId(entry.rawBucket, entry.rawKey, info.etag) === entry.mailId ? info : undefined;
}
