import type { Clock } from '../ports/platform.ts';
import type { Change, RecordKey } from '../ports/record-store.ts';
import { shardOf, shards } from './keys.ts';
import { linkKeys } from './link-keys.ts';
import { fromRecord, type RecordContext, recordExpiry, toAttributes } from './repository.ts';

/** One mail's reminder of one recipient: there is never a second. */
export interface Reminder {
  readonly mailId: string;
  readonly recipientHash: string;
  /** The email that brought the links. */
  readonly emailId: string;
  readonly routeId: string;
  /** `waiting` for its time, `made` for certain links and under way, or at its end. */
  readonly state: 'waiting' | 'made' | 'ended';
  /** When it is looked at next; ISO 8601, UTC. */
  readonly dueAt: string;
  /** An operator wants it, whatever the route says. */
  readonly asked?: boolean;
  /** What it reminds of, settled when it was made. */
  readonly linkIds?: readonly string[];
  readonly madeAt?: string;
  /** How it ended, for people. */
  readonly end?: string;
}

export type ReminderFields = Partial<Pick<Reminder, 'state' | 'dueAt' | 'asked' | 'linkIds' | 'madeAt' | 'end'>>;

/** Reminders, and the index of those that wait. */
export interface Reminders {
  read(mailId: string, recipientHash: string): Promise<Reminder | undefined>;
  /** Makes a reminder that waits, unless there is one already. */
  plan(reminder: Reminder): Promise<void>;
  /**
   * Changes a reminder if it still stands as it was read; answers whether it did. A new `dueAt` puts it into the index.
   */
  change(reminder: Reminder, fields: ReminderFields): Promise<boolean>;
  /** Reminders whose time has come, oldest first, at most `limit`. */
  due(now: Date, limit: number): Promise<readonly Reminder[]>;
  /** Takes the due times out of the index: their work is in hand. */
  forget(reminders: readonly Reminder[]): Promise<void>;
}

/** A commit takes at most this many changes. */
const mostChanges = 100;

export function createReminders({ store, clock }: Pick<RecordContext, 'store' | 'clock'>): Reminders {
  return {
    async read(mailId, recipientHash) {
      const record = await store.read(linkKeys.reminder(mailId, recipientHash));
      return record === undefined ? undefined : fromRecord<Reminder>(record);
    },

    async plan(reminder) {
      const key = linkKeys.reminder(reminder.mailId, reminder.recipientHash);
      const record = { ...key, ...toAttributes(reminder), expiresAt: recordExpiry(clock) };
      // A conflict says that an earlier run has planned it.
      await store.commit([{ type: 'put', record, when: { is: 'absent' } }, indexChange(clock, reminder)]);
    },

    async change(reminder, fields) {
      const { mailId, recipientHash, state, dueAt } = reminder;
      const isMoved = fields.dueAt !== undefined && fields.dueAt !== dueAt;
      const changes: Change[] = [
        {
          type: 'update',
          key: linkKeys.reminder(mailId, recipientHash),
          set: toAttributes(fields),
          when: { matches: { state, dueAt } },
        },
      ];
      if (isMoved)
        changes.push({ type: 'delete', key: indexKey(reminder) }, indexChange(clock, { ...reminder, ...fields }));
      return (await store.commit(changes)).committed;
    },

    async due(now, limit) {
      const skUpTo = `${now.toISOString()}~`;
      const pages = await Promise.all(shards.map((shard) => store.query({ pk: indexPartition(shard), skUpTo, limit })));
      const records = pages.flatMap((page) => page.records).sort((one, other) => (one.sk < other.sk ? -1 : 1));
      return records.slice(0, limit).map((record) => fromRecord<Reminder>(record));
    },

    async forget(reminders) {
      const changes = reminders.map((one): Change => ({ type: 'delete', key: indexKey(one) }));
      for (let start = 0; start < changes.length; start += mostChanges) {
        await store.commit(changes.slice(start, start + mostChanges));
      }
    },
  };
}

const indexPartition = (shard: number) => `REMINDERS#${shard}`;

function indexKey({ mailId, recipientHash, dueAt }: Reminder): RecordKey {
  return { pk: indexPartition(shardOf(`${mailId}#${recipientHash}`)), sk: `${dueAt}#${mailId}#${recipientHash}` };
}

function indexChange(clock: Clock, reminder: Reminder): Change {
  const record = { ...indexKey(reminder), ...toAttributes(reminder), expiresAt: recordExpiry(clock) };
  return { type: 'put', record };
}
