import type { Sql } from './sql.ts';

/** A dead letter as its table holds it; times in milliseconds since 1970. */
export interface DeadLetterRow {
  readonly seq: number;
  readonly id: string;
  readonly body: string;
  readonly code: string | null;
  readonly receiveCount: number;
  readonly sentAt: number;
  readonly deadAt: number;
}

/** Reads a page, oldest first. */
export function listDeadLetters(
  sql: Sql,
  args: { readonly queue: string; readonly after: number; readonly limit: number },
): readonly DeadLetterRow[] {
  return sql.all(
    `SELECT seq, id, body, code, receive_count AS receiveCount, sent_at AS sentAt, dead_at AS deadAt
     FROM dead_letters WHERE queue = :queue AND seq > :after ORDER BY seq LIMIT :limit`,
    { ...args },
  );
}

export function countDeadLetters(sql: Sql, args: { readonly queue: string }): number {
  const row = sql.get<{ count: number }>('SELECT count(*) AS count FROM dead_letters WHERE queue = :queue', {
    ...args,
  });
  return row?.count ?? 0;
}

/** Sends dead letters to their queue again, as new messages with their old ids; all of them, or those of the ids. */
export function redriveDeadLetters(
  sql: Sql,
  args: { readonly queue: string; readonly now: number; readonly ids: readonly string[] | null },
): number {
  // A null list of ids would match nothing in SQL; as JSON text it says "all".
  const values = { queue: args.queue, ids: args.ids === null ? null : JSON.stringify(args.ids) };
  const chosen = 'queue = :queue AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))';
  sql.run(
    `INSERT INTO messages (queue, id, body, sent_at, visible_at)
     SELECT queue, id, body, :now, :now FROM dead_letters WHERE ${chosen} ORDER BY seq`,
    { ...values, now: args.now },
  );
  return sql.run(`DELETE FROM dead_letters WHERE ${chosen}`, values);
}

/** Deletes dead letters that died before a time, and answers how many. */
export function sweepDeadLetters(sql: Sql, args: { readonly queue: string; readonly before: number }): number {
  return sql.run('DELETE FROM dead_letters WHERE queue = :queue AND dead_at < :before', { ...args });
}
