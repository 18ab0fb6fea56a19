import type { EmailRecord } from '../contracts/records.ts';
import { isRetryable, toErrorCode } from '../errors/mail-error.ts';
import type { SendReceipt } from '../ports/mail-sender.ts';
import { type Admission, admit, holdEmail, isGivenUp } from './admit-email.ts';
import { attempt } from './attempt.ts';
import { breakersOf, scopeOfFault } from './breaker-scopes.ts';
import { claimEmail, lookAt } from './claim-email.ts';
import { owned, recordAccepted, released } from './claimed-outcome.ts';
import { failEmail, publishEmailNotice } from './fail-email.ts';
import type { OutboundPorts, RelayEnd } from './outbound-ports.ts';
import { inSeconds, planRetry, type RetryPlan, spreadOf } from './retry-plan.ts';
import { stopClaimed } from './stop-claimed.ts';

/** Waits up to this are left to the queue; longer ones go to the due index, so that no receive is spent on them. */
const longestQueueWaitSeconds = 60;

/**
 * Sends one email, effectively once: a compare-and-set claim before the single attempt, its outcome recorded after it.
 *
 * 1. Look whether the email is to be sent, and whether breakers and pace let it out now; else it waits.
 * 2. Claim it, or learn why it is not to be sent now.
 * 3. Stop when its recipient takes no mail, or what it tells of no longer holds.
 * 4. Make one attempt.
 * 5. Record the outcome: sent, to be tried again, uncertain, or failed.
 *
 * @see RFC 5321 §6.1 for who is responsible for a mail once it was accepted
 */
export async function relayOutbound(ports: OutboundPorts, emailId: string, receiveCount = 1): Promise<RelayEnd> {
  const email = await ports.emails.read(emailId);
  if (email === undefined) return { end: 'rejected', code: 'ERR_EMAIL_UNKNOWN' };
  if (!('claim' in lookAt(ports, email, receiveCount))) {
    const end = await claimAndSend(ports, email, receiveCount);
    // Kept for an operator, who must hear of it before the job becomes a dead letter.
    if (end.end === 'rejected' && end.code === 'ERR_POSSIBLE_DUPLICATE') {
      await publishEmailNotice(ports, email, 'email.uncertain', end.code);
    }
    return end;
  }

  const admission = await admit(ports, email);
  if (!('permit' in admission)) return holdEmail(ports, email, admission);
  try {
    return await claimAndSend(ports, email, receiveCount, admission);
  } finally {
    // Whatever was not used by an attempt is free again; after an attempt both calls do nothing.
    admission.slot.release();
    await admission.permit.settle('unused');
  }
}

async function claimAndSend(
  ports: OutboundPorts,
  known: EmailRecord,
  receiveCount: number,
  admission?: Admission,
): Promise<RelayEnd> {
  const claim = await claimEmail(ports, known, receiveCount, admission !== undefined);
  if (!('claimed' in claim)) return claim;
  // Without an admission nothing is claimed.
  if (admission === undefined) return { end: 'retry', code: 'ERR_SEND_BUSY', delaySeconds: 0 };
  const email = claim.claimed;
  const stopped = await stopClaimed(ports, email);
  if (stopped !== undefined) return { end: 'done', outcome: stopped };

  await admission.slot.ready();
  let receipt: SendReceipt;
  try {
    receipt = await attempt(ports, email);
  } catch (error) {
    return recordFailure(ports, email, error, admission);
  }
  const unwritten = await recordAccepted(ports, email, receipt);
  await admission.permit.settle('accepted');
  if (unwritten === undefined) return { end: 'done', outcome: 'sent' };
  return { end: 'retry', code: toErrorCode(unwritten.error), delaySeconds: ports.sender.timeoutSeconds };
}

async function recordFailure(
  ports: OutboundPorts,
  email: EmailRecord,
  error: unknown,
  { permit }: Admission,
): Promise<RelayEnd> {
  const { clock, settings, log } = ports;
  const code = toErrorCode(error);
  log.warn('email was not accepted', { emailId: email.emailId, code, attempt: email.attempts });
  const plan = planRetry(error, email.attempts, spreadOf(email.emailId, email.attempts));
  const scope = scopeOfFault(error);
  if (scope !== undefined) {
    const name = breakersOf(email, settings)[scope];
    const { openedAt, untilAt } = await permit.trip(name, code, plan.delaySeconds);
    if (isGivenUp(ports, email, code, openedAt)) return failEmail(ports, email, code);
    const waitSeconds = (Date.parse(untilAt) - clock.now().getTime()) / 1000;
    return recordRetry(ports, email, { ...plan, delaySeconds: Math.max(plan.delaySeconds, waitSeconds) });
  }
  await permit.settle('unclear');
  if (code === 'ERR_SEND_UNCERTAIN') return recordUncertain(ports, email);
  // Not verified, but no fault of others: in SES's sandbox, this one recipient.
  if (!isRetryable(error) || isGivenUp(ports, email, code, email.createdAt)) return failEmail(ports, email, code);
  if (plan.counts && email.attempts >= settings.maxSendAttempts) return failEmail(ports, email, 'ERR_ATTEMPTS_SPENT');
  return recordRetry(ports, email, plan);
}

/** Answered no, for now: the queue or, for long waits and such as say nothing of this mail, the due index brings it back. */
async function recordRetry(ports: OutboundPorts, email: EmailRecord, plan: RetryPlan): Promise<RelayEnd> {
  const { code, counts, delaySeconds } = plan;
  const viaQueue = counts && delaySeconds <= longestQueueWaitSeconds;
  const dueAt = viaQueue ? null : inSeconds(ports.clock, delaySeconds);
  const attempts = counts ? email.attempts : email.attempts - 1;
  const fields = { ...released, dueAt, attempts, code, uncertainSince: null };
  await ports.emails.change(email.emailId, owned(email, { state: 'retry', fields }));
  return viaQueue ? { end: 'retry', code, delaySeconds } : { end: 'done', outcome: 'waits' };
}

/** The transport may or may not have the mail: nothing is sent until that is settled, or its time is up. */
async function recordUncertain(ports: OutboundPorts, email: EmailRecord): Promise<RelayEnd> {
  const { clock, settings, sender } = ports;
  const waitSeconds = sender.settlement === 'events' ? settings.uncertainSeconds : 1;
  const fields = {
    ...released,
    dueAt: inSeconds(clock, waitSeconds),
    uncertainSince: clock.now().toISOString(),
    code: 'ERR_SEND_UNCERTAIN',
  } as const;
  await ports.emails.change(email.emailId, owned(email, { state: 'uncertain', fields }));
  return { end: 'done', outcome: 'waits' };
}
