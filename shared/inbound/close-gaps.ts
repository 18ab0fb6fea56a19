import { toArrivalEvent } from '../contracts/arrival-event.ts';
import type { LedgerEntry } from '../contracts/records.ts';
import { shards } from '../records/keys.ts';
import type { MailGap } from '../records/mail-gaps.ts';
import { inTurn } from './in-turn.ts';
import type { ReconcilePorts } from './reconcile-ports.ts';

/** An arrival that was lost needs one; a mail that brings its processor down is not helped by more. */
const mostAttempts = 3;
/** Between two announcements; unit: seconds. */
const waitSeconds = 1800;
/** Names in a notice: enough to begin with, few enough to read. */
const mostNamed = 20;

/** Why a gap is still one: when it is due, by the ledger; `undefined` when it is closed. */
export type DueAt = (entry: LedgerEntry | undefined) => number | undefined;

/**
 * Looks after the gaps that are known. One whose mail has its end by now is closed. Else its arrival is announced anew,
 * which is harmless however often it is done, since a mail's id comes from what is stored; three times at most, then
 * the operators are told once, and the gap stays open until the mail has its end or is forgotten.
 */
export async function closeGaps(ports: ReconcilePorts, dueAtOf: DueAt, goOn: () => boolean) {
  let announcedCount = 0;
  const open: MailGap[] = [];
  for (const shard of shards) {
    if (!goOn()) break;
    const due = await stillDue(ports, await ports.gaps.ofShard(shard), dueAtOf);
    announcedCount += await announce(
      ports,
      due.filter(({ attempts }) => attempts < mostAttempts),
    );
    open.push(...due.filter(({ attempts }) => attempts >= mostAttempts));
  }
  await tell(
    ports,
    open.filter(({ toldAt }) => toldAt === undefined),
  );
  return { announcedCount, openCount: open.length };
}

async function stillDue(ports: ReconcilePorts, gaps: readonly MailGap[], dueAtOf: DueAt): Promise<MailGap[]> {
  const now = ports.clock.now().getTime();
  const isDue = await inTurn(gaps, async (gap) => {
    const dueAt = dueAtOf(await ports.ledger.read(gap.mailId));
    if (dueAt !== undefined) return Math.max(dueAt, Date.parse(gap.nextAt)) <= now;
    await ports.gaps.close(gap);
    ports.log.info('a missing mail has its end', { mailId: gap.mailId, attempts: gap.attempts });
    return false;
  });
  return gaps.filter((_, index) => isDue[index]);
}

/** First counted, then sent: a run that breaks off between the two wastes an attempt, but never makes one too many. */
async function announce(ports: ReconcilePorts, due: readonly MailGap[]): Promise<number> {
  const { gaps, clock, raw, inboundQueue, log } = ports;
  const at = clock.now();
  const nextAt = new Date(at.getTime() + waitSeconds * 1000).toISOString();
  const counted = await inTurn(due, (gap) => gaps.change(gap, { attempts: gap.attempts + 1, nextAt }));
  const bodies = counted.flatMap((gap) => {
    if (gap === undefined) return [];
    log.warn('a mail without an end is announced anew', { mailId: gap.mailId, attempts: gap.attempts });
    const object = { key: gap.rawKey, etag: gap.etag, sizeBytes: gap.sizeBytes };
    return [toArrivalEvent([object], { bucket: raw.bucket, at, requestId: 'reconciler' })];
  });
  if (bodies.length > 0) await inboundQueue.send(bodies);
  return bodies.length;
}

/** One notice a run, of ids and keys alone. Published before it is written down: it may come twice, but never not at all. */
async function tell(ports: ReconcilePorts, untold: readonly MailGap[]): Promise<void> {
  if (untold.length === 0) return;
  const { raw, clock, fallbackTopic, gaps, log } = ports;
  const notice = {
    v: 1,
    type: 'mails.unreconciled',
    count: untold.length,
    reason: `these raw mails have no end in the ledger, though each was announced ${mostAttempts} times more`,
    rawBucket: raw.bucket,
    mails: untold.slice(0, mostNamed).map(({ mailId, rawKey, storedAt }) => ({ mailId, rawKey, storedAt })),
  };
  await fallbackTopic.publish({
    subject: `Lightermail: mails without an end (${untold.length})`,
    message: JSON.stringify(notice, undefined, 2),
    attributes: { type: notice.type },
  });
  const toldAt = clock.now().toISOString();
  await inTurn(untold, (gap) => gaps.change(gap, { toldAt }));
  log.error('mails stay without an end', undefined, { count: untold.length });
}
