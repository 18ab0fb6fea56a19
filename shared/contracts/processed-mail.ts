import { createHash } from 'node:crypto';
import { z } from 'zod';

/** How a mail can end in the ledger. */
export const processedStates = ['relayed', 'parked', 'quarantined', 'ignored'] as const;
export type ProcessedState = (typeof processedStates)[number];

/** More parts than this are not listed: a message of a topic has 256 KB. `part_count` counts them all. */
export const mostListedParts = 500;

const time = z.iso.datetime({ error: 'must be a time in UTC: 2026-01-31T12:00:00.000Z' });
const count = z.int().nonnegative();

const processedPartSchema = z.looseObject({
  /** Where it stands in the mail: `2`, or `1.3` within a part. */
  path: z.string().min(1),
  /** Of the decoded bytes. */
  bytes: count,
  /** Lower-case hex, of the decoded bytes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** `offloaded` became a link, `inline` and `kept` went on in the mail. */
  fate: z.enum(['offloaded', 'inline', 'kept']),
});

/**
 * That an inbound mail reached its end, version 1, as it is published on the topic `processed`. Fields may be added to
 * version 1; none is renamed, retyped or taken away.
 *
 * It holds no address, no subject and no file name: a name is the sender's words as much as the file is, and whoever
 * subscribes to a topic is not thereby allowed to read mail. Who is may ask the ledger by `mail_id`.
 *
 * A mail that an operator has processed again after a repair is told of again, with an id of its own.
 */
export const processedMailSchema = z.looseObject({
  v: z.literal(1),
  /** The same for every publication of one end: a reader that has seen it may drop it. */
  event_id: z.string().regex(/^[0-9a-f]{32}$/),
  mail_id: z.string().min(1),
  /** What the mail's emails are grouped by in the events about them. */
  group_id: z.string().min(1),
  route_id: z.string(),
  state: z.enum(processedStates),
  /** Why it was not relayed: one of our `ERR_` codes. */
  code: z.string().optional(),
  /** When it ended. */
  at: time,
  received_at: time,
  /** Of the raw mail. */
  bytes: count,
  /** How many have an email record of this mail: 0 unless it was relayed. */
  recipients: count,
  part_count: count,
  /** What became of its files, at most the first 500; none of a mail that was not relayed. */
  parts: z.array(processedPartSchema).max(mostListedParts),
});

export type ProcessedMail = z.infer<typeof processedMailSchema>;

/** The id of the event about one end of a mail. */
export function toProcessedMailId(mailId: string, state: ProcessedState, at: string): string {
  return createHash('sha256').update(`${mailId}\0${state}\0${at}`).digest('hex').slice(0, 32);
}
