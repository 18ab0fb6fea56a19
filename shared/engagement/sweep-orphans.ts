import type { EngagementPorts } from './engagement-ports.ts';
import { replayOrphans } from './record-event.ts';

/** An email is recorded before it is sent, so an event waits for seconds; after this long an operator has to look. */
export const orphanWaitSeconds = 3_600;

const perShard = 50;

export interface OrphanSweep {
  readonly replayedCount: number;
  readonly parkedCount: number;
}

/** Records events whose email has appeared meanwhile, and parks those that have waited too long. Run by the clock. */
export async function sweepOrphans(ports: EngagementPorts): Promise<OrphanSweep> {
  const { orphans, clock, log, count } = ports;
  const waiting = await orphans.waiting(perShard);
  let replayedCount = 0;
  for (const emailId of new Set(waiting.map((orphan) => orphan.emailId))) {
    replayedCount += await replayOrphans(ports, emailId);
  }
  const before = clock.now().getTime() - orphanWaitSeconds * 1000;
  let parkedCount = 0;
  for (const orphan of waiting.filter(({ keptAt }) => Date.parse(keptAt) <= before)) {
    if ((await ports.emails.read(orphan.emailId)) !== undefined) continue;
    await orphans.park(orphan);
    count?.('orphan-parked');
    parkedCount += 1;
  }
  if (parkedCount > 0) log.error('events without an email were parked', undefined, { count: parkedCount });
  return { replayedCount, parkedCount };
}
