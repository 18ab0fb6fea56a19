import { toEmailWire } from '../contracts/email-wire.ts';
import type { EmailRecord } from '../contracts/records.ts';
import type { EmailStatusReply } from '../contracts/relay-reply.ts';

/**
 * Whether callers are told of an email: one that no transport took over is as if it had never been, except that a
 * suppressed one shows why nothing came of it.
 */
export function isTold(email: EmailRecord): boolean {
  return email.sentAt !== undefined || email.state === 'suppressed';
}

/** An email as callers see it. A suppressed one was never sent: the time at which that was decided stands in. */
export function toStatusReply(email: EmailRecord): EmailStatusReply {
  return { ...toEmailWire(email), sent_at: email.sentAt ?? email.changedAt };
}
