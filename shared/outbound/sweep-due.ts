import { toOutboundJob } from '../contracts/outbound-job.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { Logger } from '../ports/logger.ts';
import type { Clock } from '../ports/platform.ts';
import type { Emails } from '../records/emails.ts';

export interface SweepPorts {
  readonly emails: Emails;
  readonly outboundQueue: JobQueue;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How many emails one sweep takes up at most; the next sweep goes on. */
const perSweep = 1000;

/**
 * Puts every email whose waiting time is over back on the outbound queue; answers how many.
 * The job is durable before the email leaves the due index, so none falls between; a second job for one email is
 * harmless, because only one of them can claim it.
 */
export async function sweepDue({ emails, outboundQueue, clock, log }: SweepPorts): Promise<number> {
  const due = await emails.due(clock.now(), perSweep);
  if (due.length === 0) return 0;
  await outboundQueue.send(due.map(({ emailId }) => toOutboundJob(emailId)));
  for (const { emailId, dueAt } of due) {
    await emails.change(emailId, (email) =>
      email.dueAt === dueAt ? { state: email.state, fields: { dueAt: null }, step: 'queued again' } : undefined,
    );
  }
  log.info('waiting emails queued again', { count: due.length });
  return due.length;
}
