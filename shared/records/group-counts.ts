import { countNames, countsOf, type GroupCounts, noCounts } from '../contracts/group-counts.ts';
import type { EmailRecord } from '../contracts/records.ts';
import type { Change, RecordStore } from '../ports/record-store.ts';
import { keys } from './keys.ts';
import { queryAll } from './repository.ts';

export type { GroupCounts } from '../contracts/group-counts.ts';
export { isVisible } from '../contracts/group-counts.ts';

/** The counts of a group by walking its emails: what the kept counters must equal. */
export function walkCounts(emails: readonly EmailRecord[]): GroupCounts {
  return sum(emails.map(countsOf));
}

/**
 * The change of the group's counters that goes into the same commit as the change of an email, or none when nothing
 * that is counted has changed. The difference is taken from the record before and after, so a repeated event adds 0.
 */
export function counterChanges(before: EmailRecord | undefined, after: EmailRecord, expiresAt: number): Change[] {
  const old = before === undefined ? noCounts : countsOf(before);
  const now = countsOf(after);
  const moved = countNames.filter((name) => now[name] !== old[name]);
  if (moved.length === 0) return [];
  const add = Object.fromEntries(moved.map((name) => [name, now[name] - old[name]]));
  return [{ type: 'update', key: keys.groupCounter(after.groupId, after.emailId), add, set: { expiresAt } }];
}

/** The counts of a group from its 16 counters: as fast for a million emails as for ten. */
export async function readGroupCounts(store: RecordStore, groupId: string): Promise<GroupCounts> {
  const counters = await queryAll(store, { pk: keys.groupCounter(groupId, '').pk, skPrefix: 'C#' });
  return sum(counters.map((counter) => counter as Partial<GroupCounts>));
}

function sum(all: readonly Partial<GroupCounts>[]): GroupCounts {
  const total = { ...noCounts };
  for (const counts of all)
    for (const name of countNames) Object.assign(total, { [name]: total[name] + (counts[name] ?? 0) });
  return total;
}
