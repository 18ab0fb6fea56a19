import { toErrorCode } from '../errors/mail-error.ts';
import type { Logger } from '../ports/logger.ts';
import type { Clock } from '../ports/platform.ts';
import type { Change, RecordKey, RecordStore } from '../ports/record-store.ts';
import { shards } from './keys.ts';

/** What an event must have to go through an outbox. */
export interface OutboxEvent {
  readonly event_id: string;
  readonly at: string;
}

/**
 * Events out, at least once: each is put into the outbox in the very commit that it tells of, published after it, and
 * taken out once published. What a crash left in the outbox, `sweep` publishes again under the same id.
 */
export interface Outbox<Event extends OutboxEvent> {
  put(event: Event): Change;
  publish(event: Event): Promise<void>;
  /** Publishes what has stood in the outbox for a minute; answers how many. */
  sweep(): Promise<number>;
  /** Takes out now what is known to be published. */
  settle(): Promise<void>;
}

/** What every outbox stands on, with where its events go. */
export interface OutboxParts<Event extends OutboxEvent> {
  readonly store: RecordStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sink: { publish(event: Event): Promise<void> };
}

/** What tells one outbox from another. */
export interface OutboxKind<Event extends OutboxEvent> {
  /** Stands in the log: an event's kind, never what it holds. */
  readonly name: string;
  readonly keyOf: (at: string, eventId: string) => RecordKey;
  readonly partition: (shard: number) => string;
  readonly parse: (value: unknown) => Event;
}

/** Deletions are gathered, so that publishing costs the sending path no commit of its own. */
const gatheredDeletions = 25;
const gatherMs = 1_000;
const restSeconds = 60;
const keptDays = 14;
const sweepPerShard = 100;

/** An outbox in the record store. */
export function createOutbox<Event extends OutboxEvent>(
  { store, clock, log, sink }: OutboxParts<Event>,
  kind: OutboxKind<Event>,
): Outbox<Event> {
  let published: RecordKey[] = [];
  let timer: NodeJS.Timeout | undefined;
  const keyOf = (event: Event) => kind.keyOf(event.at, event.event_id);

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
      log.warn('published events could not be taken out of the outbox', { code: toErrorCode(error), kind: kind.name });
    }
  };
  const gather = async (key: RecordKey) => {
    if (!published.some(({ sk }) => sk === key.sk)) published.push(key);
    if (published.length >= gatheredDeletions) return settle();
    timer ??= setTimeout(() => void settle(), gatherMs).unref();
  };
  const publish = async (event: Event) => {
    try {
      await sink.publish(event);
    } catch (error) {
      const fields = { code: toErrorCode(error), kind: kind.name };
      log.warn('an event could not be published: it waits in the outbox', fields);
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
        const { records } = await store.query({ pk: kind.partition(shard), limit: sweepPerShard });
        for (const { event, putAt } of records.filter((record) => String(record.putAt) <= before)) {
          await publish(kind.parse(JSON.parse(String(event))));
          count += putAt === undefined ? 0 : 1;
        }
      }
      await settle();
      return count;
    },
  };
}
