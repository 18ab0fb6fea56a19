import { expect, it } from 'vitest';
import type { Condition, RecordStore, StoredRecord } from '../../../shared/ports/record-store.ts';
import { uniqueName } from '../unique-name.ts';

interface Case {
  readonly name: string;
  readonly item?: Readonly<Record<string, string | number | boolean>>;
  readonly when: Condition;
  readonly holds: boolean;
}

const cases: readonly Case[] = [
  { name: 'absent, no item', when: { is: 'absent' }, holds: true },
  { name: 'absent, an item', item: { a: 1 }, when: { is: 'absent' }, holds: false },
  { name: 'present, no item', when: { is: 'present' }, holds: false },
  { name: 'present, an item', item: { a: 1 }, when: { is: 'present' }, holds: true },
  { name: 'matches, equal text', item: { state: 'sent' }, when: { matches: { state: 'sent' } }, holds: true },
  { name: 'matches, other text', item: { state: 'sent' }, when: { matches: { state: 'Sent' } }, holds: false },
  { name: 'matches, no item', when: { matches: { state: 'sent' } }, holds: false },
  { name: 'matches, no such attribute', item: { a: 1 }, when: { matches: { state: 'sent' } }, holds: false },
  { name: 'matches, a number as text', item: { n: 1 }, when: { matches: { n: '1' } }, holds: false },
  { name: 'matches, zero', item: { n: 0 }, when: { matches: { n: 0 } }, holds: true },
  { name: 'matches, false for zero', item: { n: 0 }, when: { matches: { n: false } }, holds: false },
  { name: 'matches, false', item: { b: false }, when: { matches: { b: false } }, holds: true },
  { name: 'matches, one of a list', item: { s: 'b' }, when: { matches: { s: ['a', 'b'] } }, holds: true },
  { name: 'matches, none of a list', item: { s: 'c' }, when: { matches: { s: ['a', 'b'] } }, holds: false },
  { name: 'matches, a list of mixed types', item: { s: 2 }, when: { matches: { s: ['2', 2] } }, holds: true },
  { name: 'matches, all of two', item: { a: 1, b: 'x' }, when: { matches: { a: 1, b: ['x', 'y'] } }, holds: true },
  { name: 'matches, only one of two', item: { a: 1, b: 'z' }, when: { matches: { a: 1, b: ['x'] } }, holds: false },
  { name: 'matches, inherited names', item: { a: 1 }, when: { matches: { constructor: 'x' } }, holds: false },
];

/** Conditions, one by one, on every kind of change. */
export function describeConditions(store: () => RecordStore): void {
  for (const { name, item, when, holds } of cases) {
    it(`condition "${name}" ${holds ? 'holds' : 'does not hold'} on every kind of change`, async () => {
      for (const type of ['put', 'update', 'delete', 'check'] as const) {
        const key = { pk: uniqueName('P'), sk: 'S' };
        const before: StoredRecord | undefined = item && { ...key, ...item };
        if (before !== undefined) await store().commit([{ type: 'put', record: before }]);
        const change =
          type === 'put'
            ? { type, record: { ...key, wrote: type }, when }
            : type === 'update'
              ? { type, key, set: { wrote: type }, when }
              : { type, key, when };
        const result = await store().commit([change]);
        const after = await store().read(key);
        if (holds) {
          const made = { put: { ...key, wrote: type }, update: { ...key, ...item, wrote: type }, check: before };
          expect(result, type).toEqual({ committed: true });
          expect(after, type).toEqual(type === 'delete' ? undefined : made[type]);
        } else {
          const conflict = before === undefined ? { index: 0 } : { index: 0, current: before };
          expect(result, type).toEqual({ committed: false, conflicts: [conflict] });
          expect(after, type).toEqual(before);
        }
      }
    });
  }
}
