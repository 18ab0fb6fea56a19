import type { Change, Condition, Scalar, StoredRecord, Value } from '../../ports/record-store.ts';

/** Whether a condition holds for an item as it stands (`undefined`: there is none). */
export function holds(condition: Condition, current: StoredRecord | undefined): boolean {
  if ('is' in condition) return (condition.is === 'present') === (current !== undefined);
  if (current === undefined) return false;
  return Object.entries(condition.matches).every(([name, wanted]) => {
    const values: readonly Scalar[] = Array.isArray(wanted) ? wanted : [wanted as Scalar];
    return values.some((value) => value === current[name]);
  });
}

/** The item after a change: absent when it is deleted. */
export function applyChange(change: Change, current: StoredRecord | undefined): StoredRecord | undefined {
  if (change.type === 'put') return change.record;
  if (change.type === 'delete') return undefined;
  if (change.type === 'check') return current;
  const item: Record<string, Value | undefined> = Object.assign(Object.create(null), current ?? change.key);
  for (const [name, value] of Object.entries(change.set ?? {})) item[name] = value;
  for (const name of change.remove ?? []) delete item[name];
  for (const [name, amount] of Object.entries(change.add ?? {})) {
    const before = item[name] ?? 0;
    if (typeof before !== 'number') throw new TypeError(`attribute ${name} is a ${typeof before}: only numbers add up`);
    item[name] = before + amount;
  }
  return item as StoredRecord;
}
