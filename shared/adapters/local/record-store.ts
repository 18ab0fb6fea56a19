import type { Clock } from '../../ports/platform.ts';
import type { CommitResult, Page, RecordQuery, RecordStore, StoredRecord } from '../../ports/record-store.ts';
import { assertChanges, assertKey } from './record-checks.ts';
import type { RecordRow, RowConflict } from './record-operations.ts';
import type { LocalDatabase } from './sqlite-host.ts';
import { afterPrefix, bytewise, nextText } from './text-order.ts';

const defaultLimit = 100;
const maxLimit = 1_000;

/**
 * The record store in SQLite: one row an item, its attributes as a JSON document.
 * Arguments that DynamoDB would refuse are refused with a `RangeError`: they are faults of the program.
 */
export function createRecordStore(database: LocalDatabase, clock: Clock): RecordStore {
  const nowSeconds = (): number => Math.floor(clock.now().getTime() / 1_000);
  return {
    async read({ pk, sk }) {
      assertKey({ pk, sk });
      const row = await database.run('records.read', { pk, sk, nowSeconds: nowSeconds() });
      return row && toRecord(row);
    },
    async query(query) {
      const limit = query.limit ?? defaultLimit;
      if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
        throw new RangeError(`limit is ${limit}: 1 to ${maxLimit} are allowed`);
      }
      return toPage(await database.run('records.query', { ...toRange(query, limit), nowSeconds: nowSeconds() }), limit);
    },
    async commit(changes) {
      assertChanges(changes);
      return toResult(await database.run('records.commit', { changes, nowSeconds: nowSeconds() }));
    },
  };
}

/** Prefix, upper bound and cursor as one range of sort keys: the first is in it, `before` is not. */
function toRange({ pk, skPrefix = '', skUpTo, cursor, descending = false }: RecordQuery, limit: number) {
  const last = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString('utf8');
  const from = last === undefined || descending ? skPrefix : nextText(last);
  const ends = [
    afterPrefix(skPrefix),
    skUpTo === undefined ? undefined : nextText(skUpTo),
    descending ? last : undefined,
  ];
  const before = ends.filter((end) => end !== undefined).sort(bytewise)[0];
  // One more than asked for, to know whether there is more.
  return { pk, from, before: before ?? null, descending, limit: limit + 1 };
}

function toPage(rows: readonly RecordRow[], limit: number): Page {
  const records = rows.slice(0, limit).map(toRecord);
  const last = records.at(-1);
  if (rows.length <= limit || last === undefined) return { records };
  return { records, cursor: Buffer.from(last.sk, 'utf8').toString('base64url') };
}

function toResult(conflicts: readonly RowConflict[]): CommitResult {
  if (conflicts.length === 0) return { committed: true };
  return {
    committed: false,
    conflicts: conflicts.map(({ index, current }) =>
      current === undefined ? { index } : { index, current: toRecord(current) },
    ),
  };
}

function toRecord({ pk, sk, document }: RecordRow): StoredRecord {
  // A spread defines own properties: an attribute named `__proto__` stays an attribute.
  return { ...JSON.parse(document), pk, sk };
}
