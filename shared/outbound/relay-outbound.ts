import type { EmailRecord } from '../contracts/records.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { isRetryable, PermanentMailError, toErrorCode } from '../errors/mail-error.ts';
import type { SendReceipt } from '../ports/mail-sender.ts';
import type { Clock } from '../ports/platform.ts';
import type { Emails } from '../records/emails.ts';
import { claimEmail } from './claim-email.ts';
import type { OutboundPorts, RelayEnd } from './outbound-ports.ts';
import { planRetry } from './retry-plan.ts';

/** Waits up to this are left to the queue; longer ones go to the due index, so that no receive is spent on them. */
const longestQueueWaitSeconds = 60;

/**
 * Sends one email, effectively once: a compare-and-set claim before the single attempt, its outcome recorded after it.
 *
 * 1. Claim the email, or learn why it is not to be sent now.
 * 2. Stop when its recipient takes no mail.
 * 3. Make one attempt.
 * 4. Record the outcome: sent, to be tried again, uncertain, or failed.
 *
 * @see RFC 5321 §6.1 for who is responsible for a mail once it was accepted
 */
export async function relayOutbound(ports: OutboundPorts, emailId: string, receiveCount = 1): Promise<RelayEnd> {
  const claim = await claimEmail(ports, emailId, receiveCount);
  if (!('claimed' in claim)) return claim;
  const email = claim.claimed;

  const suppressed = await ports.suppression.find(email.rcptTo, 'transactional');
  if (suppressed !== undefined) {
    await ports.emails.change(
      emailId,
      owned(email, { state: 'suppressed', fields: { ...released, attempts: email.attempts - 1 } }),
    );
    ports.log.info('email suppressed', { emailId, reason: suppressed.reason });
    return { end: 'done', outcome: 'suppressed' };
  }

  let receipt: SendReceipt;
  try {
    receipt = await attempt(ports, email);
  } catch (error) {
    return recordFailure(ports, email, error);
  }
  return recordSent(ports, email, receipt);
}

/** A claim given back: no owner, no deadline, not waiting. */
const released = { owner: null, deadlineAt: null, dueAt: null } as const;

type Outcome = Parameters<Emails['change']>[1] extends (email: EmailRecord) => infer Decision ? Decision : never;

/** Applies the outcome only while the claim is still ours: a slower worker must not overwrite a later truth. */
function owned(email: EmailRecord, outcome: Outcome) {
  return (current: EmailRecord) => (current.state === 'sending' && current.owner === email.owner ? outcome : undefined);
}

async function attempt(ports: OutboundPorts, email: EmailRecord): Promise<SendReceipt> {
  const { files, sender, settings, log } = ports;
  const configurationSet = email.intact ? settings.intactConfigurationSet : settings.configurationSet;
  const openMime = async () => {
    const content = await files.get(email.mimeKey);
    if (content === undefined)
      throw new PermanentMailError('ERR_SOURCE_GONE', 'the outgoing message is no longer stored');
    return content.body;
  };
  log.info('email goes out', { emailId: email.emailId, attempt: email.attempts, bytes: email.sizeBytes });
  const receipt = await sender.send({
    emailId: email.emailId,
    mailFrom: email.mailFrom,
    rcptTo: email.rcptTo,
    openMime,
    sizeBytes: email.sizeBytes,
    emailTags: { email_id: email.emailId },
    ...(configurationSet === undefined ? {} : { configurationSet }),
  });
  log.info('email accepted by the transport', { emailId: email.emailId, transportId: receipt.transportId });
  return receipt;
}

/** Writes that follow an accepted mail are worth several tries: each failure could become a double send. */
const sentWriteTries = 3;

async function recordSent(ports: OutboundPorts, email: EmailRecord, receipt: SendReceipt): Promise<RelayEnd> {
  const { emails, clock, log } = ports;
  const fields = { ...released, code: null, uncertainSince: null, transportId: receipt.transportId };
  for (let tries = 1; ; tries += 1) {
    try {
      const sentAt = clock.now().toISOString();
      await emails.change(email.emailId, owned(email, { state: 'sent', fields: { ...fields, sentAt } }));
      log.info('email sent', { emailId: email.emailId });
      return { end: 'done', outcome: 'sent' };
    } catch (error) {
      if (tries < sentWriteTries) continue;
      // Left `sending`: at its deadline it counts as uncertain, and the transport's own event settles it.
      log.error('the mail is accepted but its record could not be written', error, { emailId: email.emailId });
      return { end: 'retry', code: toErrorCode(error), delaySeconds: ports.sender.timeoutSeconds };
    }
  }
}

async function recordFailure(ports: OutboundPorts, email: EmailRecord, error: unknown): Promise<RelayEnd> {
  const code = toErrorCode(error);
  ports.log.warn('email was not accepted', { emailId: email.emailId, code, attempt: email.attempts });
  if (code === 'ERR_SEND_UNCERTAIN') return recordUncertain(ports, email);
  if (!isRetryable(error)) return fail(ports, email, code);
  const plan = planRetry(error, email.attempts, spreadOf(email.emailId, email.attempts));
  if (plan.counts && email.attempts >= ports.settings.maxSendAttempts) return fail(ports, email, 'ERR_ATTEMPTS_SPENT');

  const viaQueue = plan.counts && plan.delaySeconds <= longestQueueWaitSeconds;
  const dueAt = viaQueue ? null : inSeconds(ports.clock, plan.delaySeconds);
  const attempts = plan.counts ? email.attempts : email.attempts - 1;
  await ports.emails.change(
    email.emailId,
    owned(email, { state: 'retry', fields: { ...released, dueAt, attempts, code: plan.code } }),
  );
  return viaQueue
    ? { end: 'retry', code: plan.code, delaySeconds: plan.delaySeconds }
    : { end: 'done', outcome: 'waits' };
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

/** The end of an email that will not be sent: its record says why, operators are told, its job becomes a dead letter. */
async function fail(ports: OutboundPorts, email: EmailRecord, code: ErrorCode): Promise<RelayEnd> {
  const failedAt = ports.clock.now().toISOString();
  await publishFailure(ports, email, code);
  await ports.emails.change(email.emailId, owned(email, { state: 'failed', fields: { ...released, code, failedAt } }));
  return { end: 'rejected', code };
}

async function publishFailure({ fallbackTopic }: OutboundPorts, email: EmailRecord, code: ErrorCode): Promise<void> {
  const notice = {
    v: 1,
    type: 'email.failed',
    emailId: email.emailId,
    groupId: email.groupId,
    ...(email.mailId === undefined ? {} : { mailId: email.mailId }),
    code,
    attempts: email.attempts,
  };
  await fallbackTopic.publish({
    subject: `Lightermail: email failed (${code})`,
    message: JSON.stringify(notice),
    attributes: { type: notice.type, code },
  });
}

function inSeconds(clock: Clock, seconds: number): string {
  return new Date(clock.now().getTime() + seconds * 1000).toISOString();
}

/** A steady number from 0 to 1 for each email and attempt: spreads retries without chance. */
function spreadOf(emailId: string, attempts: number): number {
  let sum = attempts;
  for (const char of emailId) sum = (sum * 31 + char.charCodeAt(0)) % 1009;
  return sum / 1009;
}
