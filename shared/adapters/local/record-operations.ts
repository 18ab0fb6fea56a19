import type { Change, RecordKey, UpdateChange } from '../../ports/record-store.ts';
import { type Attributes, holds, parseAttributes } from './record-conditions.ts';
import { afterAllText, type Sql } from './sql.ts';

/** An item as its table holds it: every attribute but the key is in the JSON document. */
export interface RecordRow {
  readonly pk: string;
  readonly sk: string;
  readonly document: string;
}

interface AtTime {
  readonly nowSeconds: number;
}

/** A conflict on its way out of the database thread. */
export interface RowConflict {
  readonly index: number;
  readonly current?: RecordRow;
}

/** A range of sort keys: from `from` on, inclusive, to `before`, exclusive (`null`: to the end). */
export interface RowRange extends AtTime {
  readonly pk: string;
  readonly from: string;
  readonly before: string | null;
  readonly descending: boolean;
  readonly limit: number;
}

const unexpired = '(expires_at IS NULL OR expires_at > :nowSeconds)';

/** Reads one item; an expired one counts as absent. */
export function readRecord(sql: Sql, args: RecordKey & AtTime): RecordRow | undefined {
  return sql.get(`SELECT pk, sk, document FROM records WHERE pk = :pk AND sk = :sk AND ${unexpired}`, {
    pk: args.pk,
    sk: args.sk,
    nowSeconds: args.nowSeconds,
  });
}

const chosen = `SELECT pk, sk, document FROM records WHERE pk = :pk AND sk >= :from AND sk < :before AND ${unexpired}`;

/** Reads the items of one partition within a range. */
export function queryRecords(sql: Sql, { descending, ...range }: RowRange): readonly RecordRow[] {
  const values = { ...range, before: range.before ?? afterAllText };
  return sql.all(`${chosen} ORDER BY sk ${descending ? 'DESC' : 'ASC'} LIMIT :limit`, values);
}

/** Makes all changes, or none: answers the conflicts, an empty list when all changes are made. */
export function commitRecords(
  sql: Sql,
  args: AtTime & { readonly changes: readonly Change[] },
): readonly RowConflict[] {
  const found = args.changes.map((change) => readRecord(sql, { ...keyOf(change), nowSeconds: args.nowSeconds }));
  const conflicts = args.changes.flatMap((change, index) => conflictOf(change, index, found[index]));
  if (conflicts.length > 0) return conflicts;
  for (const [index, change] of args.changes.entries()) apply(sql, change, found[index]);
  return [];
}

/** Deletes up to `limit` expired items and answers how many. */
export function sweepRecords(sql: Sql, { nowSeconds, limit }: AtTime & { readonly limit: number }): number {
  const expired = 'SELECT pk, sk FROM records WHERE expires_at <= :nowSeconds LIMIT :limit';
  return sql.run(`DELETE FROM records WHERE (pk, sk) IN (${expired})`, { nowSeconds, limit });
}

function keyOf(change: Change): RecordKey {
  const { pk, sk } = change.type === 'put' ? change.record : change.key;
  return { pk, sk };
}

function conflictOf(change: Change, index: number, row: RecordRow | undefined): RowConflict[] {
  if (change.when === undefined) return [];
  const current = row && Object.assign(parseAttributes(row.document), { pk: row.pk, sk: row.sk });
  if (holds(change.when, current)) return [];
  return [row === undefined ? { index } : { index, current: row }];
}

function apply(sql: Sql, change: Change, row: RecordRow | undefined): void {
  const key = keyOf(change);
  if (change.type === 'check') return;
  if (change.type === 'delete') {
    sql.run('DELETE FROM records WHERE pk = :pk AND sk = :sk', { ...key });
    return;
  }
  const attributes = change.type === 'put' ? withoutKey(change.record) : updated(change, row);
  const expiresAt = attributes.expiresAt;
  sql.run(
    `INSERT INTO records (pk, sk, document, expires_at) VALUES (:pk, :sk, :document, :expiresAt)
     ON CONFLICT (pk, sk) DO UPDATE SET document = excluded.document, expires_at = excluded.expires_at`,
    { ...key, document: JSON.stringify(attributes), expiresAt: typeof expiresAt === 'number' ? expiresAt : null },
  );
}

function withoutKey(record: object): Attributes {
  const attributes: Attributes = Object.assign(Object.create(null), record);
  delete attributes.pk;
  delete attributes.sk;
  return attributes;
}

function updated(change: UpdateChange, row: RecordRow | undefined): Attributes {
  const attributes: Attributes = row === undefined ? Object.create(null) : parseAttributes(row.document);
  for (const [name, value] of Object.entries(change.set ?? {})) attributes[name] = value;
  for (const name of change.remove ?? []) delete attributes[name];
  for (const [name, amount] of Object.entries(change.add ?? {})) {
    const before = attributes[name] ?? 0;
    if (typeof before !== 'number') throw new TypeError(`attribute ${name} is a ${typeof before}: only numbers add up`);
    attributes[name] = before + amount;
  }
  return attributes;
}
