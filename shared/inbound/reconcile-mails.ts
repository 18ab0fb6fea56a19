import { queues } from '../../infra/topology.ts';
import { keyToIgnore } from '../contracts/inbound-event.ts';
import { finalMailStates, type LedgerEntry } from '../contracts/records.ts';
import { toMailId } from '../mail/ids.ts';
import type { ListedBlob } from '../ports/blob-store.ts';
import type { ReconcilerPass } from '../records/mail-gaps.ts';
import { closeGaps } from './close-gaps.ts';
import { inTurn } from './in-turn.ts';
import type { ReconcilePorts } from './reconcile-ports.ts';

/** What one run has done and found. */
export interface Reconciliation {
  /** Raw mails that were looked up in the ledger. */
  readonly checkedCount: number;
  /** Arrivals that were announced anew. */
  readonly announcedCount: number;
  /** Mails that stay without an end, however often they are announced. */
  readonly openCount: number;
}

/** So long a mail may wait to be begun: far longer than the alarm for the oldest message allows. */
const graceSeconds = 1800;
/** So long its queue goes on trying a mail that was begun: only then is one that has no end a gap. */
const overdueSeconds = queues.inbound.visibilitySeconds * queues.inbound.maxReceiveCount;

const perPage = 1000;

/**
 * Compares the store of raw mail with the ledger: every mail must have its end there, or be known as stuck. One run:
 *
 * 1. Look at the gaps found before: closed by now, to be announced anew, or to be told to the operators.
 * 2. Go on through the store where the last run ended, up to what is too young to judge, and keep each gap found.
 *
 * What a pass has seen, none looks at again. What was stored before the first run is none of its business: in a store
 * that is older than the ledger it would send everything anew.
 * @param goOn asked before each further piece of work; what is left is for the next run
 */
export async function reconcileMails(ports: ReconcilePorts, goOn: () => boolean): Promise<Reconciliation> {
  const { announcedCount, openCount } = await closeGaps(ports, dueAtOf, goOn);
  const checkedCount = await walkStore(ports, goOn);
  ports.metrics?.count('announcedMails', {}, announcedCount);
  ports.metrics?.count('openGaps', {}, openCount);
  const level = announcedCount + openCount > 0 ? 'info' : 'debug';
  ports.log[level]('store and ledger compared', { checkedCount, announcedCount, openCount });
  return { checkedCount, announcedCount, openCount };
}

/** When a mail without an end becomes a gap; unit: milliseconds since 1970. `undefined`: it has its end, or an operator. */
function dueAtOf(entry: LedgerEntry | undefined): number | undefined {
  if (entry === undefined) return 0;
  if (entry.state === 'stuck' || finalMailStates.includes(entry.state)) return undefined;
  return Date.parse(entry.changedAt) + overdueSeconds * 1000;
}

async function walkStore(ports: ReconcilePorts, goOn: () => boolean): Promise<number> {
  let checkedCount = 0;
  let pass = await openPass(ports);
  while (pass !== undefined && goOn()) {
    const { blobs, next } = await ports.raw.list({
      prefix: ports.settings.rawPrefix,
      limit: perPage,
      ...(pass.after === undefined ? {} : { after: pass.after }),
    });
    const { seenUntil } = pass;
    const until = judgedUntil(pass);
    const mails = blobs.filter((blob) => isToCheck(ports, blob, seenUntil, until));
    await inTurn(mails, (blob) => check(ports, blob));
    checkedCount += mails.length;
    pass = await savePage(ports, pass, next);
  }
  return checkedCount;
}

/** The pass that is under way; the first one has nothing to look at, and only says from when on mails are judged. */
async function openPass({ gaps, clock }: ReconcilePorts): Promise<ReconcilerPass | undefined> {
  const found = await gaps.readPass();
  if (found !== undefined) return found;
  const at = clock.now().toISOString();
  await gaps.savePass(undefined, { startedAt: at, seenUntil: at });
  return undefined;
}

/** Writes down how far the walk has come; `undefined` at the end of a pass, and when another run was faster. */
async function savePage(
  { gaps, clock }: ReconcilePorts,
  pass: ReconcilerPass,
  next: string | undefined,
): Promise<ReconcilerPass | undefined> {
  const { startedAt, seenUntil, revision } = pass;
  if (next !== undefined) {
    const after = { startedAt, seenUntil, after: next };
    return (await gaps.savePass(pass, after)) ? { ...after, revision: revision + 1 } : undefined;
  }
  const judged = judgedUntil(pass);
  const until = judged > seenUntil ? judged : seenUntil;
  await gaps.savePass(pass, { startedAt: clock.now().toISOString(), seenUntil: until });
  return undefined;
}

const judgedUntil = ({ startedAt }: ReconcilerPass) =>
  new Date(Date.parse(startedAt) - graceSeconds * 1000).toISOString();

function isToCheck(ports: ReconcilePorts, { key, modifiedAt }: ListedBlob, from: string, until: string): boolean {
  const storedAt = modifiedAt.toISOString();
  return storedAt >= from && storedAt < until && keyToIgnore(key, ports.settings.rawPrefix) === undefined;
}

async function check({ raw, ledger, gaps, clock }: ReconcilePorts, blob: ListedBlob): Promise<void> {
  const { key, etag, sizeBytes, modifiedAt } = blob;
  const mailId = toMailId(raw.bucket, key, etag);
  const dueAt = dueAtOf(await ledger.read(mailId));
  if (dueAt === undefined) return;
  const nextAt = new Date(Math.max(dueAt, clock.now().getTime())).toISOString();
  const storedAt = modifiedAt.toISOString();
  await gaps.keep({ mailId, rawKey: key, etag, sizeBytes, storedAt, attempts: 0, nextAt });
}
