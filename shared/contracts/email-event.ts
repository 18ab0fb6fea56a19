import { createHash } from 'node:crypto';
import { z } from 'zod';

/** What an event of ours can say has happened to an email. */
export const emailEventTypes = [
  'retry',
  'uncertain',
  'sent',
  'delivered',
  'delayed',
  'opened',
  'clicked',
  'bounced',
  'complained',
  'failed',
  'suppressed',
  'canceled',
] as const;
export type EmailEventType = (typeof emailEventTypes)[number];

const time = z.iso.datetime({ error: 'must be a time in UTC: 2026-01-31T12:00:00.000Z' });

/**
 * An event about one email, version 1, as it is published on the topic `email-events` and on NATS. Fields may be
 * added to version 1; none is renamed, retyped or taken away. It holds no address, subject, link or user agent.
 */
export const emailEventSchema = z.looseObject({
  v: z.literal(1),
  /** The same for every publication of one event: a reader that has seen it may drop it. */
  event_id: z.string().regex(/^[0-9a-f]{32}$/),
  type: z.enum(emailEventTypes),
  email_id: z.string().min(1),
  group_id: z.string(),
  /** When it happened: the transport's own time where it tells one. */
  at: time,
  /** The state of the email after it. */
  status: z.string(),
  /** A code of ours, or the transport's reason (`Permanent/General`). */
  reason: z.string().optional(),
  /** The inbound mail that it came from. */
  mail_id: z.string().optional(),
  /** For `opened` and `clicked`: who did it, as far as can be told. */
  actor: z.enum(['person', 'proxy-prefetch', 'scanner']).optional(),
  open_count: z.int().optional(),
  click_count: z.int().optional(),
  /** The email may have arrived twice. */
  possible_duplicate: z.boolean().optional(),
});

export type EmailEvent = z.infer<typeof emailEventSchema>;

/** The id of an event: made of what it is about, so that a repetition carries the same one. */
export function toEmailEventId(emailId: string, type: EmailEventType, cause: string): string {
  return createHash('sha256').update(`${emailId}\0${type}\0${cause}`).digest('hex').slice(0, 32);
}
