import {
  type EmailEvent,
  type EmailEventType,
  emailEventSchema,
  emailEventTypes,
  toEmailEventId,
} from '../contracts/email-event.ts';
import type { EmailRecord } from '../contracts/records.ts';
import { keys, outboxPartition } from './keys.ts';
import { createOutbox, type Outbox, type OutboxParts } from './outbox.ts';

/** What a change of an email tells its subscribers. */
export interface EmailCue {
  readonly type: EmailEventType;
  readonly at: string;
  /** Makes the event's id: the same cause is the same event. */
  readonly cause: string;
  readonly actor?: NonNullable<EmailEvent['actor']>;
}

/** Changes of emails on their way out. */
export type EmailOutbox = Outbox<EmailEvent>;

export function createEmailOutbox(parts: OutboxParts<EmailEvent>): EmailOutbox {
  return createOutbox(parts, {
    name: 'email event',
    keyOf: keys.outbox,
    partition: outboxPartition,
    parse: (value) => emailEventSchema.parse(value),
  });
}

/** The event that a change of an email gives rise to, or none. */
export function toEmailEvent(
  before: EmailRecord,
  after: EmailRecord,
  cue: EmailCue | undefined,
): EmailEvent | undefined {
  const told = cue ?? cueOf(before, after);
  if (told === undefined) return undefined;
  const { emailId, groupId, mailId, state, openCount, clickCount } = after;
  const reason = after.code ?? after.statusReason;
  return {
    v: 1,
    event_id: toEmailEventId(emailId, told.type, told.cause),
    type: told.type,
    email_id: emailId,
    group_id: groupId,
    at: told.at,
    status: state,
    ...(reason === undefined ? {} : { reason }),
    ...(mailId === undefined ? {} : { mail_id: mailId }),
    ...(told.actor === undefined ? {} : { actor: told.actor }),
    ...(openCount === undefined ? {} : { open_count: openCount }),
    ...(clickCount === undefined ? {} : { click_count: clickCount }),
    ...(after.possibleDuplicate ? { possible_duplicate: true } : {}),
  };
}

const types: ReadonlySet<string> = new Set(emailEventTypes);

/** A change of state tells of itself; steps before an attempt (`submitted`, `queued`, `sending`) are nobody's news. */
function cueOf(before: EmailRecord, after: EmailRecord): EmailCue | undefined {
  if (before.state === after.state || !types.has(after.state)) return undefined;
  // `emailEventTypes` has just been asked.
  return { type: after.state as EmailEventType, at: after.changedAt, cause: `revision ${after.revision}` };
}
