import type { EmailRecord } from '../contracts/records.ts';
import type { Clock } from '../ports/platform.ts';
import type { Change, RecordStore } from '../ports/record-store.ts';
import { duePartition, keys, shards } from './keys.ts';
import { recordExpiry } from './repository.ts';

/** An email whose waiting time is over. */
export interface DueEmail {
  readonly emailId: string;
  readonly dueAt: string;
}

/** The due index follows `dueAt`: unchanged, moved, or taken away with it. */
export function dueChanges(clock: Clock, email: EmailRecord, dueAt: string | null | undefined): Change[] {
  if (dueAt === undefined || dueAt === email.dueAt) return [];
  const changes: Change[] = [];
  if (email.dueAt !== undefined) changes.push({ type: 'delete', key: keys.due(email.dueAt, email.emailId) });
  if (dueAt !== null) {
    const key = keys.due(dueAt, email.emailId);
    changes.push({ type: 'put', record: { ...key, emailId: email.emailId, expiresAt: recordExpiry(clock) } });
  }
  return changes;
}

/** Emails whose waiting time is over at `now`, oldest first, at most `limit`. */
export async function findDue(store: RecordStore, now: Date, limit: number): Promise<DueEmail[]> {
  const skUpTo = `${now.toISOString()}~`;
  const pages = await Promise.all(shards.map((shard) => store.query({ pk: duePartition(shard), skUpTo, limit })));
  const records = pages.flatMap((page) => page.records);
  records.sort((a, b) => (a.sk < b.sk ? -1 : 1));
  return records
    .slice(0, limit)
    .map((record) => ({ emailId: String(record.emailId), dueAt: record.sk.slice(0, record.sk.indexOf('#')) }));
}
