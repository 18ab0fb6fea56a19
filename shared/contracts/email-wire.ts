import { z } from 'zod';
import type { EmailRecord } from './records.ts';
import type { EmailStatusReply } from './relay-reply.ts';

const time = z.string().optional().catch(undefined);
const count = z.number().int().nonnegative().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);

/** An email's record as the peer writes and reads it in its bucket; what it does not know it ignores. */
const emailWireSchema = z.looseObject({
  email_id: z.string().min(1),
  group_id: z.string(),
  to: z.string().catch(''),
  subject: z.string().catch(''),
  sent_at: time,
  delivered: flag,
  delivered_at: time,
  open_count: count,
  opened_at_list: z
    .array(z.looseObject({ event_id: z.string(), opened_at: z.string() }))
    .optional()
    .catch(undefined),
  last_opened_at: time,
  failed: flag,
  failed_at: time,
});

/** As callers see an email, but that one may not have been sent. */
export type EmailWire = Omit<EmailStatusReply, 'sent_at'> & { readonly sent_at?: string };

/** A record in the peer's words, for its callers and for its readers of the bucket: flags always, times once they are known. */
export function toEmailWire(email: EmailRecord): EmailWire {
  const { openCount = 0, clickCount = 0, openedAtList = [] } = email;
  const list = openedAtList.map(({ eventId, at }) => ({ event_id: eventId, opened_at: at }));
  return {
    email_id: email.emailId,
    group_id: email.groupId,
    to: email.rcptTo,
    subject: email.subject,
    ...given('sent_at', email.sentAt),
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

/** A record that the peer wrote, as one of ours; `undefined` when it is none. */
export function fromEmailWire(value: unknown): EmailRecord | undefined {
  const parsed = emailWireSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const wire = parsed.data;
  const sentAt = wire.sent_at ?? wire.delivered_at ?? wire.failed_at ?? '1970-01-01T00:00:00.000Z';
  const opens = wire.opened_at_list?.map(({ event_id, opened_at }) => ({ eventId: event_id, at: opened_at }));
  return {
    emailId: wire.email_id,
    groupId: wire.group_id,
    state: wire.failed ? 'bounced' : wire.delivered ? 'delivered' : 'sent',
    mailFrom: '',
    rcptTo: wire.to,
    subject: wire.subject,
    mimeKey: '',
    sizeBytes: 0,
    intact: false,
    attempts: 1,
    possibleDuplicate: false,
    revision: 0,
    createdAt: sentAt,
    changedAt: sentAt,
    sentAt,
    ...(wire.delivered ? { deliveredAt: wire.delivered_at ?? sentAt } : {}),
    ...(wire.failed ? { failedAt: wire.failed_at ?? sentAt } : {}),
    ...(wire.open_count ? { openCount: wire.open_count } : {}),
    ...(opens === undefined ? {} : { openedAtList: opens }),
    ...(wire.last_opened_at === undefined ? {} : { lastOpenedAt: wire.last_opened_at }),
  };
}
