import {
  type EmailEvent,
  type EmailEventType,
  emailEventSchema,
  emailEventTypes,
  toEmailEventId,
} from '../contracts/email-event.ts';
import type { EmailRecord } from '../contracts/records.ts';
import { toErrorCode } from '../errors/mail-error.ts';
import type { EmailEventSink } from '../ports/email-event-sink.ts';
import type { Logger } from '../ports/logger.ts';
import type { Clock } from '../ports/platform.ts';
import type { Change, RecordKey, RecordStore } from '../ports/record-store.ts';
import { keys, outboxPartition, shards } from './keys.ts';

/** What a change of an email tells its subscribers. */
export interface EmailCue {
  readonly type: EmailEventType;
  readonly at: string;
  /** Makes the event's id: the same cause is the same event. */
  readonly cause: string;
  readonly actor?: NonNullable<EmailEvent['actor']>;
}

/**
 * Events out, at least once: each is put into the outbox in the very commit that it tells of, published after it, and
 * taken out once published. What a crash left in the outbox, `sweep` publishes again under the same id.
 */
export interface EmailOutbox {
  put(event: EmailEvent): Change;
  publish(event: EmailEvent): Promise<void>;
  /** Publishes what has stood in the outbox for a minute; answers how many. */
  sweep(): Promise<number>;
  /** Takes out now what is known to be published. */
  settle(): Promise<void>;
}

export interface EmailOutboxParts {
  readonly store: RecordStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sink: EmailEventSink;
}

/** Deletions are gathered, so that publishing costs the sending path no commit of its own. */
const gatheredDeletions = 25;
const gatherMs = 1_000;
const restSeconds = 60;
const keptDays = 14;
const sweepPerShard = 100;

export function createEmailOutbox({ store, clock, log, sink }: EmailOutboxParts): EmailOutbox {
  let published: RecordKey[] = [];
  let timer: NodeJS.Timeout | undefined;
  const keyOf = (event: EmailEvent) => keys.outbox(event.at, event.event_id);

  const settle = async () => {
    clearTimeout(timer);
    timer = undefined;
    const gone = published;
    published = [];
    if (gone.length === 0) return;
    try {
      await store.commit(gone.map((key) => ({ type: 'delete', key })));
    } catch (error) {
      // They stay in the outbox: published once more, under the same ids.
      log.warn('published events could not be taken out of the outbox', { code: toErrorCode(error) });
    }
  };
  const gather = async (key: RecordKey) => {
    if (!published.some(({ sk }) => sk === key.sk)) published.push(key);
    if (published.length >= gatheredDeletions) return settle();
    timer ??= setTimeout(() => void settle(), gatherMs).unref();
  };
  const publish = async (event: EmailEvent) => {
    try {
      await sink.publish(event);
    } catch (error) {
      log.warn('an event could not be published: it waits in the outbox', {
        code: toErrorCode(error),
        type: event.type,
      });
      return;
    }
    await gather(keyOf(event));
  };

  return {
    put(event) {
      const expiresAt = Math.floor(clock.now().getTime() / 1000) + keptDays * 86_400;
      const putAt = clock.now().toISOString();
      return { type: 'put', record: { ...keyOf(event), event: JSON.stringify(event), putAt, expiresAt } };
    },
    publish,
    settle,
    async sweep() {
      await settle();
      const before = new Date(clock.now().getTime() - restSeconds * 1000).toISOString();
      let count = 0;
      for (const shard of shards) {
        const { records } = await store.query({ pk: outboxPartition(shard), limit: sweepPerShard });
        for (const { event, putAt } of records.filter((record) => String(record.putAt) <= before)) {
          await publish(emailEventSchema.parse(JSON.parse(String(event))));
          count += putAt === undefined ? 0 : 1;
        }
      }
      await settle();
      return count;
    },
  };
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
