import type { EmailRecord } from '../contracts/records.ts';
import type { EmailStatusReply } from '../contracts/relay-reply.ts';

/**
 * Whether callers are told of an email: one that no transport took over is as if it had never been, except that a
 * suppressed one shows why nothing came of it.
 */
export function isTold(email: EmailRecord): boolean {
  return email.sentAt !== undefined || email.state === 'suppressed';
}

/** An email as callers see it: flags always, times once they are known. */
export function toStatusReply(email: EmailRecord): EmailStatusReply {
  const { openCount = 0, clickCount = 0, openedAtList = [] } = email;
  const list = openedAtList.map(({ eventId, at }) => ({ event_id: eventId, opened_at: at }));
  return {
    email_id: email.emailId,
    group_id: email.groupId,
    to: email.rcptTo,
    subject: email.subject,
    // A suppressed email was never sent: the time at which that was decided stands in.
    sent_at: email.sentAt ?? email.changedAt,
    delivered: email.deliveredAt !== undefined,
    ...given('delivered_at', email.deliveredAt),
    opened: openCount > 0,
    open_count: openCount,
    ...(list.length === 0 ? {} : { opened_at_list: list }),
    ...given('last_opened_at', email.lastOpenedAt),
    failed: email.failedAt !== undefined,
    ...given('failed_at', email.failedAt),
    bounced: email.bouncedAt !== undefined,
    complained: email.complainedAt !== undefined,
    clicked: clickCount > 0,
    click_count: clickCount,
    status: email.state,
    ...given('status_reason', email.statusReason ?? email.code),
  };
}

function given<Name extends string>(name: Name, value: string | undefined): { readonly [Key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]?: string });
}
