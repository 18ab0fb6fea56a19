import { expect, it } from 'vitest';
import type { RecordQuery, RecordStore } from '../../../shared/ports/record-store.ts';
import { uniqueName } from '../unique-name.ts';

async function filled(store: RecordStore, sks: readonly string[]): Promise<string> {
  const pk = uniqueName('P');
  await store.commit(sks.map((sk) => ({ type: 'put', record: { pk, sk } })));
  return pk;
}

async function sks(store: RecordStore, query: RecordQuery): Promise<readonly string[]> {
  return (await store.query(query)).records.map((record) => record.sk);
}

async function pages(store: RecordStore, query: RecordQuery): Promise<string[][]> {
  const all: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await store.query(cursor === undefined ? query : { ...query, cursor });
    all.push(page.records.map((record) => record.sk));
    cursor = page.cursor;
  } while (cursor !== undefined && all.length < 100);
  return all;
}

/** Queries within one partition. */
export function describeQueries(store: () => RecordStore): void {
  it('query of a partition that is empty gives one empty page', async () => {
    expect(await store().query({ pk: uniqueName('P') })).toEqual({ records: [] });
  });

  it('query gives the items of its partition alone, whole, in bytewise order of the sort key', async () => {
    const pk = await filled(store(), ['b', 'a', 'B', 'ä', '\uff5e', '🎉', 'a!', 'a~']);
    await store().commit([{ type: 'put', record: { pk: `${pk}x`, sk: 'a' } }]);
    await store().commit([{ type: 'put', record: { pk, sk: 'a', whole: { item: true } } }]);
    const page = await store().query({ pk });
    expect(page.records.map((record) => record.sk)).toEqual(['B', 'a', 'a!', 'a~', 'b', 'ä', '\uff5e', '🎉']);
    expect(page.records[1]).toEqual({ pk, sk: 'a', whole: { item: true } });
  });

  it('query by prefix takes % and _ and * as plain characters', async () => {
    const pk = await filled(store(), ['H#1', 'H#2', 'H', 'H$', 'I#1', 'h#1', 'H%1', 'H_1', 'H*1']);
    expect(await sks(store(), { pk, skPrefix: 'H#' })).toEqual(['H#1', 'H#2']);
    expect(await sks(store(), { pk, skPrefix: 'H%' })).toEqual(['H%1']);
    expect(await sks(store(), { pk, skPrefix: 'H_' })).toEqual(['H_1']);
    expect(await sks(store(), { pk, skPrefix: 'H*' })).toEqual(['H*1']);
    expect(await sks(store(), { pk, skPrefix: 'none' })).toEqual([]);
  });

  it('query by a prefix that ends with the last character of Unicode finds what begins with it', async () => {
    const last = 'a\u{10ffff}';
    const pk = await filled(store(), ['a', last, `${last}b`, 'b']);
    expect(await sks(store(), { pk, skPrefix: last })).toEqual([last, `${last}b`]);
    expect(await sks(store(), { pk, skPrefix: 'a' })).toEqual(['a', last, `${last}b`]);
  });

  it('query up to a sort key includes it', async () => {
    const pk = await filled(store(), ['2026-01-01', '2026-01-02', '2026-01-02#b', '2026-01-03']);
    expect(await sks(store(), { pk, skUpTo: '2026-01-02' })).toEqual(['2026-01-01', '2026-01-02']);
    expect(await sks(store(), { pk, skUpTo: '2025' })).toEqual([]);
  });

  it('query by prefix and up to a sort key keeps both bounds', async () => {
    const pk = await filled(store(), ['A#9', 'H#1', 'H#2', 'H#3', 'I#0']);
    expect(await sks(store(), { pk, skPrefix: 'H#', skUpTo: 'H#2' })).toEqual(['H#1', 'H#2']);
    expect(await sks(store(), { pk, skPrefix: 'H#', skUpTo: 'Z' })).toEqual(['H#1', 'H#2', 'H#3']);
    expect(await sks(store(), { pk, skPrefix: 'H#', skUpTo: 'A' })).toEqual([]);
  });

  it('descending query gives the last items first, within the same bounds', async () => {
    const pk = await filled(store(), ['A#9', 'H#1', 'H#2', 'H#3', 'I#0']);
    expect(await sks(store(), { pk, descending: true })).toEqual(['I#0', 'H#3', 'H#2', 'H#1', 'A#9']);
    expect(await sks(store(), { pk, skPrefix: 'H#', skUpTo: 'H#2', descending: true })).toEqual(['H#2', 'H#1']);
  });

  it.each([false, true])(
    'pages hold at most the limit and together everything once (descending: %s)',
    async (descending) => {
      const names = Array.from({ length: 7 }, (_, index) => `H#${index}`);
      const pk = await filled(store(), [...names, 'A', 'I']);
      const all = await pages(store(), { pk, skPrefix: 'H#', limit: 3, descending });
      expect(all.every((page) => page.length <= 3)).toBe(true);
      expect(all.flat()).toEqual(descending ? names.toReversed() : names);
    },
  );

  it('paging goes on after the cursor while items before it come and go', async () => {
    const pk = await filled(store(), ['b', 'c', 'd', 'e']);
    const first = await store().query({ pk, limit: 2 });
    await store().commit([
      { type: 'put', record: { pk, sk: 'a' } },
      { type: 'delete', key: { pk, sk: 'c' } },
    ]);
    expect(first.records.map((record) => record.sk)).toEqual(['b', 'c']);
    expect(await sks(store(), { pk, limit: 2, cursor: first.cursor ?? '' })).toEqual(['d', 'e']);
  });

  it('query gives 100 items when no limit is asked', async () => {
    const pk = uniqueName('P');
    const names = Array.from({ length: 120 }, (_, index) => String(index).padStart(3, '0'));
    for (const part of [names.slice(0, 60), names.slice(60)]) {
      await store().commit(part.map((sk) => ({ type: 'put', record: { pk, sk } })));
    }
    expect((await pages(store(), { pk })).map((page) => page.length).slice(0, 2)).toEqual([100, 20]);
  });

  it('a query sees a commit that was resolved before it', async () => {
    const pk = uniqueName('P');
    for (let count = 1; count <= 10; count += 1) {
      await store().commit([{ type: 'put', record: { pk, sk: String(count).padStart(2, '0') } }]);
      expect((await store().query({ pk })).records).toHaveLength(count);
    }
  });
}
