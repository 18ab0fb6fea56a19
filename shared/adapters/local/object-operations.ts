import { afterAllText, type Sql } from './sql.ts';

/** An object as its table holds it; times in milliseconds since 1970. */
export interface ObjectRow {
  readonly bucket: string;
  readonly key: string;
  readonly sha256: string;
  readonly size: number;
  readonly contentType: string | null;
  /** JSON. */
  readonly metadata: string;
  readonly modifiedAt: number;
  readonly expiresAt: number | null;
}

interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** Names the content under a key, replacing what was there. */
export function putObject(sql: Sql, row: ObjectRow): void {
  sql.run(
    `INSERT OR REPLACE INTO objects (bucket, key, sha256, size, content_type, metadata, modified_at, expires_at)
     VALUES (:bucket, :key, :sha256, :size, :contentType, :metadata, :modifiedAt, :expiresAt)`,
    { ...row },
  );
}

/** Reads one object's row; an expired object counts as absent. */
export function readObject(
  sql: Sql,
  { bucket, key, now }: ObjectName & { readonly now: number },
): ObjectRow | undefined {
  return sql.get(
    `SELECT bucket, key, sha256, size, content_type AS contentType, metadata, modified_at AS modifiedAt,
       expires_at AS expiresAt
     FROM objects WHERE bucket = :bucket AND key = :key AND (expires_at IS NULL OR expires_at > :now)`,
    { bucket, key, now },
  );
}

/** A range of one bucket's keys: from `from` on, inclusive, to `before`, exclusive (`null`: to the end). */
export interface KeyRange {
  readonly bucket: string;
  readonly from: string;
  readonly before: string | null;
  readonly limit: number;
  readonly now: number;
}

export type ListedRow = Pick<ObjectRow, 'key' | 'sha256' | 'size' | 'modifiedAt'>;

const listed = `SELECT key, sha256, size, modified_at AS modifiedAt FROM objects
  WHERE bucket = :bucket AND key >= :from AND key < :before AND (expires_at IS NULL OR expires_at > :now)`;

/** Reads the objects of one range in the order of their keys; expired ones count as absent. */
export function listObjects(sql: Sql, range: KeyRange): readonly ListedRow[] {
  return sql.all(`${listed} ORDER BY key LIMIT :limit`, { ...range, before: range.before ?? afterAllText });
}

export function deleteObject(sql: Sql, { bucket, key }: ObjectName): void {
  sql.run('DELETE FROM objects WHERE bucket = :bucket AND key = :key', { bucket, key });
}

/** Deletes up to `limit` expired objects and answers how many. */
export function sweepObjects(sql: Sql, args: { readonly now: number; readonly limit: number }): number {
  const expired = 'SELECT bucket, key FROM objects WHERE expires_at <= :now LIMIT :limit';
  return sql.run(`DELETE FROM objects WHERE (bucket, key) IN (${expired})`, { ...args });
}

/** Of these contents, those that some object still names. */
export function referencedObjects(sql: Sql, { hashes }: { readonly hashes: readonly string[] }): readonly string[] {
  return hashes.filter((sha256) => sql.get('SELECT 1 FROM objects WHERE sha256 = :sha256 LIMIT 1', { sha256 }));
}
