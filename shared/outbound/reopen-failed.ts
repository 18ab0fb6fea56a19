import { type Doer, toDetail } from '../contracts/doer.ts';
import { outboundJobSchema } from '../contracts/outbound-job.ts';
import type { EmailDecision, Emails } from '../records/emails.ts';

/**
 * Lets an email whose job is a dead letter be attempted anew: a failed one would only be skipped. Only what no
 * transport ever took is opened, so that nothing can be sent twice; everything else is left as it is.
 * @param body the dead letter's
 * @returns whether the email was opened
 */
export async function reopenFailed(emails: Pick<Emails, 'change'>, body: string, doer: Doer): Promise<boolean> {
  const job = outboundJobSchema.safeParse(parseJson(body));
  if (!job.success) return false;
  const detail = toDetail(doer);
  const decide: EmailDecision = (email) =>
    email.state === 'failed' && email.transportId === undefined && !email.possibleDuplicate
      ? { state: 'queued', step: 'redriven', detail, fields: { attempts: 0, code: null, failedAt: null, dueAt: null } }
      : undefined;
  return (await emails.change(job.data.emailId, decide))?.changed === true;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
