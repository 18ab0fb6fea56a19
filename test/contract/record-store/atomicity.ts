import { expect, it } from 'vitest';
import type { Change, RecordStore } from '../../../shared/ports/record-store.ts';
import { uniqueName } from '../unique-name.ts';

/** Commits of many changes, and commits that race. */
export function describeAtomicity(store: () => RecordStore): void {
  it('commit of four kinds of changes makes them all', async () => {
    const pk = uniqueName('P');
    await store().commit(['a', 'b', 'c'].map((sk) => ({ type: 'put', record: { pk, sk, n: 1 } })));
    const result = await store().commit([
      { type: 'put', record: { pk, sk: 'new', n: 0 }, when: { is: 'absent' } },
      { type: 'update', key: { pk, sk: 'a' }, add: { n: 1 }, when: { matches: { n: 1 } } },
      { type: 'delete', key: { pk, sk: 'b' }, when: { is: 'present' } },
      { type: 'check', key: { pk, sk: 'c' }, when: { matches: { n: [1, 2] } } },
    ]);
    expect(result).toEqual({ committed: true });
    expect((await store().query({ pk })).records).toEqual([
      { pk, sk: 'a', n: 2 },
      { pk, sk: 'c', n: 1 },
      { pk, sk: 'new', n: 0 },
    ]);
  });

  it('commit with conflicts changes nothing and reports each by index with the item as it stands', async () => {
    const pk = uniqueName('P');
    await store().commit([{ type: 'put', record: { pk, sk: 'b', state: 'sent', n: 1 } }]);
    const result = await store().commit([
      { type: 'put', record: { pk, sk: 'a' } },
      { type: 'update', key: { pk, sk: 'b' }, set: { state: 'new' }, when: { matches: { state: 'queued' } } },
      { type: 'put', record: { pk, sk: 'c' }, when: { is: 'absent' } },
      { type: 'check', key: { pk, sk: 'd' }, when: { is: 'present' } },
    ]);
    expect(result).toEqual({
      committed: false,
      conflicts: [{ index: 1, current: { pk, sk: 'b', state: 'sent', n: 1 } }, { index: 3 }],
    });
    expect((await store().query({ pk })).records).toEqual([{ pk, sk: 'b', state: 'sent', n: 1 }]);
  });

  it('a failed check of another partition holds up the whole commit', async () => {
    const [one, two] = [uniqueName('P'), uniqueName('P')];
    const result = await store().commit([
      { type: 'put', record: { pk: one, sk: 'S' } },
      { type: 'check', key: { pk: two, sk: 'S' }, when: { is: 'present' } },
    ]);
    expect(result).toEqual({ committed: false, conflicts: [{ index: 1 }] });
    expect(await store().read({ pk: one, sk: 'S' })).toBeUndefined();
  });

  it('commit takes 100 changes at once', async () => {
    const pk = uniqueName('P');
    const changes: Change[] = Array.from({ length: 100 }, (_, index) => ({
      type: 'put',
      record: { pk, sk: String(index).padStart(3, '0'), index },
      when: { is: 'absent' },
    }));
    expect(await store().commit(changes)).toEqual({ committed: true });
    const page = await store().query({ pk, limit: 1000 });
    expect(page.records.map((record) => record.index)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    const again = await store().commit(changes);
    expect(again.committed ? [] : again.conflicts.map((conflict) => conflict.index)).toHaveLength(100);
  });

  it('commit of no changes, of 101, or of two for one item is refused and changes nothing', async () => {
    const pk = uniqueName('P');
    const many: Change[] = Array.from({ length: 101 }, (_, index) => ({ type: 'put', record: { pk, sk: `${index}` } }));
    const twice: Change[] = [
      { type: 'put', record: { pk, sk: 'S' } },
      { type: 'update', key: { pk, sk: 'S' }, set: { a: 1 } },
    ];
    await expect(store().commit([])).rejects.toThrow();
    await expect(store().commit(many)).rejects.toThrow();
    await expect(store().commit(twice)).rejects.toThrow();
    expect((await store().query({ pk })).records).toEqual([]);
  });

  it('B17 of 50 writers on one key exactly one wins per revision', async () => {
    const key = { pk: uniqueName('P'), sk: 'STATE' };
    await store().commit([{ type: 'put', record: { ...key, revision: 0 } }]);
    for (let revision = 0; revision < 4; revision += 1) {
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, writer) =>
          store().commit([
            { type: 'update', key, set: { revision: revision + 1, writer }, when: { matches: { revision } } },
          ]),
        ),
      );
      const winners = results.flatMap((result, writer) => (result.committed ? [writer] : []));
      expect(winners).toHaveLength(1);
      expect(await store().read(key)).toEqual({ ...key, revision: revision + 1, writer: winners[0] });
    }
  });

  it('of 20 callers that make one absent item in a commit of two exactly one wins', async () => {
    const pk = uniqueName('P');
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, writer) =>
        store().commit([
          { type: 'put', record: { pk, sk: 'STATE', writer }, when: { is: 'absent' } },
          { type: 'put', record: { pk, sk: `H#${writer}` } },
        ]),
      ),
    );
    const winners = results.flatMap((result, writer) => (result.committed ? [writer] : []));
    expect(winners).toHaveLength(1);
    expect((await store().query({ pk, skPrefix: 'H#' })).records).toEqual([{ pk, sk: `H#${winners[0]}` }]);
  });
}
