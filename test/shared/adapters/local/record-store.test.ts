import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, StoredRecord } from '../../../../shared/ports/record-store.ts';
import { describeRecordStore } from '../../../contract/record-store-contract.ts';
import { manualClock, openTempStores, testStores } from './temp-folder.ts';

describeRecordStore('SQLite', openTempStores);

describe('record store in SQLite, expiry', () => {
  it('an expired item reads as absent everywhere and can be made anew', async () => {
    const clock = manualClock();
    const { store } = await testStores(clock);
    const key = { pk: 'P', sk: 'S' };
    const expiresAt = clock.now().getTime() / 1_000 + 10;
    await store.commit([{ type: 'put', record: { ...key, old: 1, expiresAt } }]);
    clock.advance(9);
    expect(await store.read(key)).toEqual({ ...key, old: 1, expiresAt });
    clock.advance(1);
    expect(await store.read(key)).toBeUndefined();
    expect(await store.query({ pk: 'P' })).toEqual({ records: [] });
    expect(await store.commit([{ type: 'check', key, when: { is: 'present' } }])).toEqual({
      committed: false,
      conflicts: [{ index: 0 }],
    });
    await store.commit([{ type: 'update', key, add: { count: 1 }, when: { is: 'absent' } }]);
    expect(await store.read(key)).toEqual({ ...key, count: 1 });
  });

  it('sweep deletes expired items and no others', async () => {
    const clock = manualClock();
    const stores = await testStores(clock);
    const expiresAt = clock.now().getTime() / 1_000 + 10;
    for (let part = 0; part < 12; part += 1) {
      await stores.store.commit(
        Array.from({ length: 100 }, (_, index) => ({
          type: 'put',
          record: { pk: `P${part}`, sk: `${index}`, expiresAt },
        })),
      );
    }
    await stores.store.commit([{ type: 'put', record: { pk: 'P', sk: 'kept' } }]);
    clock.advance(10);
    await stores.sweep();
    clock.advance(-10);
    expect(await stores.store.query({ pk: 'P3' })).toEqual({ records: [] });
    expect((await stores.store.query({ pk: 'P' })).records).toHaveLength(1);
  });
});

describe('record store in SQLite, attribute names that mean something to the language', () => {
  it('keeps __proto__, constructor and toString as attributes, and changes no prototype', async () => {
    const { store } = await testStores();
    const key = { pk: 'P', sk: 'S' };
    const record: StoredRecord = { ...key, ...JSON.parse('{"__proto__":{"polluted":true},"toString":"x"}') };
    await store.commit([{ type: 'put', record }]);
    const set = JSON.parse('{"__proto__":"text","constructor":1}');
    const when = { matches: { toString: 'x' } };
    expect(await store.commit([{ type: 'update', key, set, add: { valueOf: 2 }, when }])).toEqual({ committed: true });
    const read = await store.read(key);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.entries(read ?? {}).sort()).toEqual([
      ['__proto__', 'text'],
      ['constructor', 1],
      ['pk', 'P'],
      ['sk', 'S'],
      ['toString', 'x'],
      ['valueOf', 2],
    ]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('record store in SQLite, arguments', () => {
  const refused: readonly [string, Change][] = [
    ['an empty pk', { type: 'delete', key: { pk: '', sk: 'S' } }],
    ['an sk of 1,025 bytes', { type: 'delete', key: { pk: 'P', sk: 'ä'.repeat(513) } }],
    ['half a surrogate pair', { type: 'delete', key: { pk: 'P', sk: '\ud800' } }],
    ['an attribute set and removed', { type: 'update', key: { pk: 'P', sk: 'S' }, set: { a: 1 }, remove: ['a'] }],
    ['an update of the key', { type: 'update', key: { pk: 'P', sk: 'S' }, set: { sk: 'T' } }],
    ['a number that is none', { type: 'put', record: { pk: 'P', sk: 'S', deep: [{ n: Number.NaN }] } }],
    ['an infinite addition', { type: 'update', key: { pk: 'P', sk: 'S' }, add: { n: Number.POSITIVE_INFINITY } }],
  ];
  it.each(refused)('commit refuses %s', async (_name, change) => {
    const { store } = await testStores();
    await expect(store.commit([change])).rejects.toThrow(RangeError);
  });

  it.each([0, 1_001, 1.5])('query refuses a limit of %d', async (limit) => {
    const { store } = await testStores();
    await expect(store.query({ pk: 'P', limit })).rejects.toThrow(RangeError);
  });

  it('adding to a text fails, changes nothing, and the store goes on', async () => {
    const { store } = await testStores();
    const key = { pk: 'P', sk: 'S' };
    await store.commit([{ type: 'put', record: { ...key, text: 'x' } }]);
    const changes: Change[] = [
      { type: 'put', record: { pk: 'P', sk: 'other' } },
      { type: 'update', key, add: { text: 1 } },
    ];
    await expect(store.commit(changes)).rejects.toThrow(TypeError);
    expect((await store.query({ pk: 'P' })).records).toEqual([{ ...key, text: 'x' }]);
  });
});

describe('record store in SQLite, queries against a model', () => {
  it('any prefix, bound, direction and page size give what a sorted list gives', async () => {
    const { store } = await testStores();
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '#', 'ä', '\uffff', '🎉', '\u{10ffff}', '\u0000'),
      maxLength: 4,
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          text.filter((sk) => sk !== ''),
          { minLength: 1, maxLength: 12 },
        ),
        text,
        fc.option(text, { nil: undefined }),
        fc.boolean(),
        fc.integer({ min: 1, max: 5 }),
        async (sks, skPrefix, skUpTo, descending, limit) => {
          run += 1;
          const pk = `P${run}`;
          await store.commit(sks.map((sk) => ({ type: 'put', record: { pk, sk } })));
          const query = { pk, skPrefix, descending, limit, ...(skUpTo === undefined ? {} : { skUpTo }) };
          const got: string[] = [];
          let page = await store.query(query);
          got.push(...page.records.map((record) => record.sk));
          while (page.cursor !== undefined) {
            page = await store.query({ ...query, cursor: page.cursor });
            got.push(...page.records.map((record) => record.sk));
          }
          const compare = (left: string, right: string): number =>
            Buffer.compare(Buffer.from(left), Buffer.from(right));
          const expected = sks
            .filter((sk) => sk.startsWith(skPrefix) && (skUpTo === undefined || compare(sk, skUpTo) <= 0))
            .sort(compare);
          expect(got).toEqual(descending ? expected.reverse() : expected);
        },
      ),
      { numRuns: 150 },
    );
  });
});
