import type { EmailRecord } from '../contracts/records.ts';
import { TransientMailError } from '../errors/mail-error.ts';
import type { EmailDecision } from '../records/emails.ts';
import { claimMarginSeconds, longestPaceSeconds, type OutboundPorts, type RelayEnd } from './outbound-ports.ts';

/** What may follow from looking at an email's record. */
export type Look = { readonly claim: true; readonly possibleDuplicate: boolean } | RelayEnd;

/**
 * Takes an email for one attempt, by compare-and-set, or answers how its job ends without one.
 * A claim whose holder vanished is never simply sent again: it becomes uncertain first.
 * @param known as it was just read
 * @param isAdmitted whether breakers and pace let it out; else an email that became free meanwhile is handed back
 */
export async function claimEmail(
  ports: OutboundPorts,
  known: EmailRecord,
  receiveCount: number,
  isAdmitted: boolean,
): Promise<{ readonly claimed: EmailRecord } | RelayEnd> {
  const owner = ports.ids.next();
  let look: Look = { end: 'skippedDuplicate' };
  const decide: EmailDecision = (email) => {
    look = lookAt(ports, email, receiveCount);
    if ('claim' in look && !isAdmitted) look = { end: 'retry', code: 'ERR_SEND_BUSY', delaySeconds: 0 };
    if ('claim' in look) return toClaim(ports, email, owner, look.possibleDuplicate);
    return isAbandoned(ports, email) ? toUncertain(ports, email) : undefined;
  };
  const change = await ports.emails.change(known.emailId, decide, [], known);
  if (change === undefined) return { end: 'rejected', code: 'ERR_EMAIL_UNKNOWN' };
  // Our own claim, also where the store's answer to it was lost and the claim was met again as a conflict.
  if (change.email.owner === owner) return { claimed: change.email };
  if (change.changed) return { end: 'done', outcome: 'waits' };
  if ('claim' in look) throw new TransientMailError('ERR_STORE_CONFLICT', 'the claim met another writer');
  return look;
}

/** The record as it stands while someone makes the attempt. */
export function toClaim(
  { clock, sender }: Pick<OutboundPorts, 'clock' | 'sender'>,
  email: EmailRecord,
  owner: string,
  possibleDuplicate: boolean,
) {
  const claimMs = (sender.timeoutSeconds + claimMarginSeconds + longestPaceSeconds) * 1000;
  return {
    state: 'sending',
    fields: {
      owner,
      deadlineAt: new Date(clock.now().getTime() + claimMs).toISOString(),
      dueAt: null,
      attempts: email.attempts + 1,
      possibleDuplicate: email.possibleDuplicate || possibleDuplicate,
    },
  } as const;
}

const ended = new Set<EmailRecord['state']>(['sent', 'delivered', 'bounced', 'complained', 'suppressed', 'canceled']);

/** Whether an email is to be attempted now, or how its job ends. */
export function lookAt(ports: OutboundPorts, email: EmailRecord, receiveCount: number): Look {
  const now = ports.clock.now().getTime();
  if (ended.has(email.state)) return { end: 'skippedDuplicate' };
  if (email.state === 'failed') {
    // Received again after the failure was recorded: the dead letter may not have been written then.
    return receiveCount > 1
      ? { end: 'rejected', code: email.code ?? 'ERR_SEND_REJECTED' }
      : { end: 'skippedDuplicate' };
  }
  if (email.dueAt !== undefined && Date.parse(email.dueAt) > now) return { end: 'skippedDuplicate' };
  if (email.state === 'sending') return lookAtClaimed(email, now);
  if (email.state === 'uncertain') return lookAtUncertain(ports, email);
  return { claim: true, possibleDuplicate: false };
}

function lookAtClaimed(email: EmailRecord, now: number): Look {
  const remainingMs = Date.parse(email.deadlineAt ?? '') - now;
  if (remainingMs > 0) return { end: 'retry', code: 'ERR_SEND_BUSY', delaySeconds: Math.ceil(remainingMs / 1000) };
  return { end: 'done', outcome: 'waits' };
}

/** An uncertain email whose time is up: sent once more, and flagged; or kept for an operator. Never a third time. */
function lookAtUncertain({ sender, settings }: OutboundPorts, email: EmailRecord): Look {
  if (sender.settlement === 'idempotent') return { claim: true, possibleDuplicate: false };
  if (settings.whenUncertain === 'resend' && !email.possibleDuplicate) return { claim: true, possibleDuplicate: true };
  return { end: 'rejected', code: 'ERR_POSSIBLE_DUPLICATE' };
}

function isAbandoned({ clock }: OutboundPorts, email: EmailRecord): boolean {
  return email.state === 'sending' && Date.parse(email.deadlineAt ?? '') <= clock.now().getTime();
}

function toUncertain(ports: OutboundPorts, email: EmailRecord): ReturnType<EmailDecision> {
  const now = ports.clock.now().getTime();
  const waitSeconds = ports.sender.settlement === 'events' ? ports.settings.uncertainSeconds : 1;
  return {
    state: 'uncertain',
    fields: {
      owner: null,
      deadlineAt: null,
      uncertainSince: email.deadlineAt ?? new Date(now).toISOString(),
      dueAt: new Date(now + waitSeconds * 1000).toISOString(),
      code: 'ERR_SEND_UNCERTAIN',
    },
  };
}
