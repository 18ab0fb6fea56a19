import { expect, it } from 'vitest';
import type { RecordStore, StoredRecord } from '../../../shared/ports/record-store.ts';
import { uniqueName } from '../unique-name.ts';

/** Single changes without conditions, and how values come back. */
export function describeUpdates(store: () => RecordStore): void {
  it('read of an item that was never written gives undefined', async () => {
    expect(await store().read({ pk: uniqueName('P'), sk: 'STATE' })).toBeUndefined();
  });

  it('put then read gives every kind of value back as it was', async () => {
    const record: StoredRecord = {
      pk: uniqueName('P'),
      sk: 'STATE',
      text: 'Grüße 🎉 "quoted" \\ \u0000 \u2028',
      empty: '',
      whole: 9_007_199_254_740_991,
      negative: -0.125,
      zero: 0,
      yes: true,
      no: false,
      nothing: null,
      list: ['a', 1, false, null, ['b'], { deep: { deeper: [] } }],
      map: { 'a.b': 1, ' ': 'blank', constructor: 'own' },
      none: {},
      expiresAt: 4_102_444_800,
    };
    expect(await store().commit([{ type: 'put', record }])).toEqual({ committed: true });
    expect(await store().read({ pk: record.pk, sk: record.sk })).toEqual(record);
  });

  it('put leaves out attributes that are undefined', async () => {
    const pk = uniqueName('P');
    await store().commit([{ type: 'put', record: { pk, sk: 'S', kept: 1, left: undefined } }]);
    expect(Object.keys((await store().read({ pk, sk: 'S' })) ?? {}).sort()).toEqual(['kept', 'pk', 'sk']);
  });

  it('put replaces the whole item', async () => {
    const pk = uniqueName('P');
    await store().commit([{ type: 'put', record: { pk, sk: 'S', a: 1, b: 2 } }]);
    await store().commit([{ type: 'put', record: { pk, sk: 'S', b: 3 } }]);
    expect(await store().read({ pk, sk: 'S' })).toEqual({ pk, sk: 'S', b: 3 });
  });

  it('items whose keys differ in case or in a trailing blank are different items', async () => {
    const pk = uniqueName('P');
    const keys = ['a', 'A', 'a ', 'ä', 'a\u0308'];
    await store().commit(keys.map((sk) => ({ type: 'put', record: { pk, sk, was: sk } })));
    for (const sk of keys) expect(await store().read({ pk, sk })).toEqual({ pk, sk, was: sk });
  });

  it('update sets, removes and adds in one change and leaves the rest alone', async () => {
    const pk = uniqueName('P');
    await store().commit([{ type: 'put', record: { pk, sk: 'S', kept: 'k', changed: 1, gone: 'x', count: 5 } }]);
    await store().commit([
      {
        type: 'update',
        key: { pk, sk: 'S' },
        set: { changed: { now: [1, 2] }, fresh: 'f' },
        remove: ['gone', 'neverThere'],
        add: { count: 2, started: 3, sunk: -4 },
      },
    ]);
    const expected = { kept: 'k', changed: { now: [1, 2] }, fresh: 'f', count: 7, started: 3, sunk: -4 };
    expect(await store().read({ pk, sk: 'S' })).toEqual({ pk, sk: 'S', ...expected });
  });

  it('update makes an item that is absent', async () => {
    const pk = uniqueName('P');
    await store().commit([{ type: 'update', key: { pk, sk: 'S' }, set: { a: 'x' }, add: { n: 1 } }]);
    expect(await store().read({ pk, sk: 'S' })).toEqual({ pk, sk: 'S', a: 'x', n: 1 });
  });

  it('update takes attribute names that are words of a query language', async () => {
    const pk = uniqueName('P');
    await store().commit([{ type: 'update', key: { pk, sk: 'S' }, set: { state: 'a', name: 'b', size: 1, order: 2 } }]);
    expect(await store().read({ pk, sk: 'S' })).toEqual({ pk, sk: 'S', state: 'a', name: 'b', size: 1, order: 2 });
  });

  it('adds of many callers to one attribute lose none', async () => {
    const key = { pk: uniqueName('P'), sk: 'C#0' };
    const adds = Array.from({ length: 30 }, () => store().commit([{ type: 'update', key, add: { sent: 1 } }]));
    for (const result of await Promise.all(adds)) expect(result).toEqual({ committed: true });
    expect(await store().read(key)).toEqual({ ...key, sent: 30 });
  });

  it('delete removes an item, and deleting what is not there is no error', async () => {
    const key = { pk: uniqueName('P'), sk: 'S' };
    await store().commit([{ type: 'put', record: { ...key, a: 1 } }]);
    expect(await store().commit([{ type: 'delete', key }])).toEqual({ committed: true });
    expect(await store().read(key)).toBeUndefined();
    expect(await store().commit([{ type: 'delete', key }])).toEqual({ committed: true });
  });
}
