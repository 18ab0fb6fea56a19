import { toLinkJobBody } from '../contracts/link-job.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { Logger } from '../ports/logger.ts';
import type { Clock } from '../ports/platform.ts';
import type { Reminders } from '../records/reminders.ts';

export interface SweepRemindersParts {
  readonly reminders: Reminders;
  readonly linkQueue: JobQueue;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How many reminders are taken up at once: the rest come with the next sweep. */
const perSweep = 1000;

/**
 * Puts every reminder whose time has come on the links queue; answers how many. The job is durable before the reminder
 * leaves the index, so none falls between; a second job for one reminder finds nothing left to do.
 */
export async function sweepReminders({ reminders, linkQueue, clock, log }: SweepRemindersParts): Promise<number> {
  const due = await reminders.due(clock.now(), perSweep);
  if (due.length === 0) return 0;
  await linkQueue.send(
    due.map(({ mailId, recipientHash }) => toLinkJobBody({ v: 1, kind: 'remind', mailId, recipientHash })),
  );
  await reminders.forget(due);
  log.info('reminders taken up', { count: due.length });
  return due.length;
}
