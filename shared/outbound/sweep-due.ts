import { toOutboundJob } from '../contracts/outbound-job.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { Logger } from '../ports/logger.ts';
import type { Clock } from '../ports/platform.ts';
import type { DueEmail } from '../records/email-due.ts';
import type { Emails } from '../records/emails.ts';

export interface SweepPorts {
  readonly emails: Emails;
  readonly outboundQueue: JobQueue;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How many emails are taken up at once. */
const perRound = 1000;
/** Changes made at the same time: one after the other, a thousand would take longer than the function may run. */
const atOnce = 20;

/**
 * Puts every email whose waiting time is over back on the outbound queue; answers how many.
 * The job is durable before the email leaves the due index, so none falls between; a second job for one email is
 * harmless, because only one of them can claim it.
 * @param goOn asked before each further round of up to 1,000 emails; by default one round is made
 */
export async function sweepDue(ports: SweepPorts, goOn: () => boolean = () => false): Promise<number> {
  let count = 0;
  for (let round = 0; round === 0 || goOn(); round += 1) {
    const due = await ports.emails.due(ports.clock.now(), perRound);
    await queueAgain(ports, due);
    count += due.length;
    if (due.length < perRound) break;
  }
  if (count > 0) ports.log.info('waiting emails queued again', { count });
  return count;
}

async function queueAgain({ emails, outboundQueue }: SweepPorts, due: readonly DueEmail[]): Promise<void> {
  if (due.length === 0) return;
  await outboundQueue.send(due.map(({ emailId }) => toOutboundJob(emailId)));
  for (let start = 0; start < due.length; start += atOnce) {
    const changes = due
      .slice(start, start + atOnce)
      .map(({ emailId, dueAt }) =>
        emails.change(emailId, (email) =>
          email.dueAt === dueAt ? { state: email.state, fields: { dueAt: null }, step: 'queued again' } : undefined,
        ),
      );
    await Promise.all(changes);
  }
}
