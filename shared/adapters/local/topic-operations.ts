import { randomUUID } from 'node:crypto';
import type { Sql } from './sql.ts';

/** A published message as its table holds it. */
export interface NoticeRow {
  readonly id: string;
  readonly subject: string | null;
  readonly message: string;
  /** JSON. */
  readonly attributes: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface PublishArgs extends NoticeRow {
  readonly topic: string;
  readonly keep: number;
  /** The queues that are subscribed, and what each of them gets. */
  readonly queues: readonly string[];
  readonly body: string;
}

/** Keeps the message and gives it to every subscribed queue, in one transaction; forgets all but the last `keep`. */
export function publishNotice(sql: Sql, { keep, queues, body, ...notice }: PublishArgs): void {
  sql.run(
    `INSERT INTO notices (topic, id, subject, message, attributes, at)
     VALUES (:topic, :id, :subject, :message, :attributes, :at)`,
    { ...notice },
  );
  sql.run(
    `DELETE FROM notices WHERE topic = :topic
     AND seq <= (SELECT seq FROM notices WHERE topic = :topic ORDER BY seq DESC LIMIT 1 OFFSET :keep)`,
    { topic: notice.topic, keep },
  );
  for (const queue of queues) {
    sql.run('INSERT INTO messages (queue, id, body, sent_at, visible_at) VALUES (:queue, :id, :body, :at, :at)', {
      queue,
      id: randomUUID(),
      body,
      at: notice.at,
    });
  }
}

/** Reads the last messages of a topic, newest first. */
export function listNotices(sql: Sql, args: { readonly topic: string; readonly limit: number }): readonly NoticeRow[] {
  return sql.all(
    'SELECT id, subject, message, attributes, at FROM notices WHERE topic = :topic ORDER BY seq DESC LIMIT :limit',
    { ...args },
  );
}
