import { type SesEvent, withoutContent } from '../contracts/ses-event.ts';
import type { StoredRecord } from '../ports/record-store.ts';
import { keys, orphanPartition, parkedOrphanPartition, shards } from './keys.ts';
import { queryAll, type RecordContext, recordExpiry } from './repository.ts';

/** An event that came before its email. */
export interface OrphanEvent {
  readonly event: SesEvent;
  readonly emailId: string;
  readonly keptAt: string;
}

/** Events whose email is not recorded yet: kept until it is, parked after a while, never dropped. */
export interface OrphanEvents {
  /** Keeps an event once, however often it comes. */
  keep(emailId: string, event: SesEvent): Promise<void>;
  ofEmail(emailId: string): Promise<OrphanEvent[]>;
  /** Some that wait, the longest first in each shard. */
  waiting(perShard: number): Promise<OrphanEvent[]>;
  /** Takes an event away that is now recorded with its email. */
  remove(orphan: OrphanEvent): Promise<void>;
  /** Stops looking for its email; the event itself stays where `ofEmail` finds it. */
  park(orphan: OrphanEvent): Promise<void>;
  parked(limit: number): Promise<OrphanEvent[]>;
}

export function createOrphanEvents(context: RecordContext): OrphanEvents {
  const { store, clock } = context;
  return {
    async keep(emailId, event) {
      const keptAt = clock.now().toISOString();
      const facts = { emailId, keptAt, event: JSON.stringify(withoutContent(event)), expiresAt: recordExpiry(clock) };
      await store.commit([
        { type: 'put', record: { ...keys.orphanEvent(emailId, event.eventId), ...facts }, when: { is: 'absent' } },
        { type: 'put', record: { ...keys.orphanIndex(keptAt, emailId, event.eventId), ...facts } },
      ]);
    },

    ofEmail: async (emailId) => (await queryAll(store, { pk: keys.orphanEvent(emailId, '').pk })).map(toOrphan),

    async waiting(perShard) {
      const pages = await Promise.all(
        shards.map((shard) => store.query({ pk: orphanPartition(shard), limit: perShard })),
      );
      return pages.flatMap((page) => page.records.map(toOrphan));
    },

    async remove({ emailId, event, keptAt }) {
      await store.commit([
        { type: 'delete', key: keys.orphanEvent(emailId, event.eventId) },
        { type: 'delete', key: keys.orphanIndex(keptAt, emailId, event.eventId) },
        { type: 'delete', key: keys.parkedOrphan(keptAt, emailId, event.eventId) },
      ]);
    },

    async park({ emailId, event, keptAt }) {
      const facts = { emailId, keptAt, event: JSON.stringify(event), expiresAt: recordExpiry(clock) };
      await store.commit([
        { type: 'put', record: { ...keys.parkedOrphan(keptAt, emailId, event.eventId), ...facts } },
        { type: 'delete', key: keys.orphanIndex(keptAt, emailId, event.eventId) },
      ]);
    },

    parked: async (limit) => (await store.query({ pk: parkedOrphanPartition, limit })).records.map(toOrphan),
  };
}

function toOrphan({ emailId, keptAt, event }: StoredRecord): OrphanEvent {
  // Written by `keep` and `park` alone: this is the parse edge.
  return { emailId: String(emailId), keptAt: String(keptAt), event: JSON.parse(String(event)) as SesEvent };
}
