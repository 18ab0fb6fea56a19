import { randomUUID } from 'node:crypto';
import type { QueueDepth } from '../../ports/job-queue.ts';
import type { Sql } from './sql.ts';

/** Times are milliseconds since 1970 throughout. */
interface OfQueue {
  readonly queue: string;
  readonly now: number;
}

/** A message as its table holds it. */
export interface MessageRow {
  readonly seq: number;
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly receiveCount: number;
}

export interface ReceivedRow extends MessageRow {
  readonly receipt: string;
}

export interface ReceiveArgs extends OfQueue {
  readonly limit: number;
  readonly visibilityMs: number;
  readonly maxReceiveCount: number;
}

export interface ReceiveOutcome {
  readonly messages: readonly ReceivedRow[];
  /** When the next message becomes visible; absent when none is hidden. */
  readonly nextVisibleAt?: number;
}

/** Appends one message a body. */
export function sendMessages(
  sql: Sql,
  args: OfQueue & { readonly bodies: readonly string[]; readonly visibleAt: number },
): void {
  for (const body of args.bodies) {
    sql.run(
      'INSERT INTO messages (queue, id, body, sent_at, visible_at) VALUES (:queue, :id, :body, :now, :visibleAt)',
      { queue: args.queue, id: randomUUID(), body, now: args.now, visibleAt: args.visibleAt },
    );
  }
}

const rowColumns = 'seq, id, body, sent_at AS sentAt, receive_count AS receiveCount';

/**
 * Hands out up to `limit` visible messages, oldest first, and hides them. A message that was handed out as often as is
 * allowed goes to the dead letters in the same transaction, so that it is in one of the two at any time.
 */
export function receiveMessages(sql: Sql, args: ReceiveArgs): ReceiveOutcome {
  const { queue, now } = args;
  const messages: ReceivedRow[] = [];
  for (;;) {
    const limit = args.limit - messages.length;
    const rows = sql.all<MessageRow>(
      `SELECT ${rowColumns} FROM messages WHERE queue = :queue AND visible_at <= :now ORDER BY visible_at, seq LIMIT :limit`,
      { queue, now, limit },
    );
    for (const row of rows) {
      if (row.receiveCount >= args.maxReceiveCount) bury(sql, row, args);
      else messages.push(hide(sql, row, now + args.visibilityMs));
    }
    if (messages.length > 0 || rows.length === 0) break;
  }
  if (messages.length > 0) return { messages };
  const next = sql.get<{ at: number | null }>('SELECT min(visible_at) AS at FROM messages WHERE queue = :queue', {
    queue,
  });
  return next?.at == null ? { messages } : { messages, nextVisibleAt: next.at };
}

function hide(sql: Sql, row: MessageRow, visibleAt: number): ReceivedRow {
  const receipt = randomUUID();
  sql.run(
    `UPDATE messages SET receive_count = receive_count + 1, receipt = :receipt, visible_at = :visibleAt WHERE seq = :seq`,
    { seq: row.seq, receipt, visibleAt },
  );
  return { ...row, receiveCount: row.receiveCount + 1, receipt };
}

function bury(sql: Sql, row: MessageRow, { queue, now }: OfQueue): void {
  sql.run(
    `INSERT INTO dead_letters (queue, id, body, receive_count, sent_at, dead_at)
     VALUES (:queue, :id, :body, :receiveCount, :sentAt, :now)`,
    { queue, id: row.id, body: row.body, receiveCount: row.receiveCount, sentAt: row.sentAt, now },
  );
  sql.run('DELETE FROM messages WHERE seq = :seq', { seq: row.seq });
}

interface Receipt {
  readonly seq: number;
  readonly receipt: string;
}

/** Deletes a message, unless it was handed out again since: SQS, too, takes a late acknowledgement. */
export function acknowledgeMessage(sql: Sql, { seq, receipt }: Receipt): void {
  sql.run('DELETE FROM messages WHERE seq = :seq AND receipt = :receipt', { seq, receipt });
}

/** Makes a message that is in flight visible at a time; the receipt ends with it. */
export function releaseMessage(sql: Sql, args: Receipt & { readonly now: number; readonly visibleAt: number }): void {
  sql.run(
    `UPDATE messages SET visible_at = :visibleAt, receipt = NULL
     WHERE seq = :seq AND receipt = :receipt AND visible_at > :now`,
    { ...args },
  );
}

/** Puts a body among the dead letters; counts and times come from its message when that is in flight. */
export function rejectBody(sql: Sql, args: OfQueue & { readonly body: string; readonly code: string }): void {
  const original = sql.get<MessageRow>(
    `SELECT ${rowColumns} FROM messages WHERE queue = :queue AND visible_at > :now AND receipt IS NOT NULL AND body = :body`,
    { queue: args.queue, now: args.now, body: args.body },
  );
  sql.run(
    `INSERT INTO dead_letters (queue, id, body, code, receive_count, sent_at, dead_at)
     VALUES (:queue, :id, :body, :code, :receiveCount, :sentAt, :now)`,
    {
      ...args,
      id: randomUUID(),
      receiveCount: original?.receiveCount ?? 0,
      sentAt: original?.sentAt ?? args.now,
    },
  );
}

/** Counts what is in a queue. A message that waits out a delay is neither visible nor in flight. */
export function queueDepth(sql: Sql, { queue, now }: OfQueue): QueueDepth {
  const row = sql.get<{ messages: number; visible: number; inFlight: number; oldest: number | null }>(
    `SELECT count(*) AS messages, count(*) FILTER (WHERE visible_at <= :now) AS visible,
       count(*) FILTER (WHERE visible_at > :now AND receipt IS NOT NULL) AS inFlight, min(sent_at) AS oldest
     FROM messages WHERE queue = :queue`,
    { queue, now },
  );
  return {
    messageCount: row?.messages ?? 0,
    visibleCount: row?.visible ?? 0,
    inFlightCount: row?.inFlight ?? 0,
    oldestAgeSeconds: row?.oldest == null ? 0 : Math.max(0, (now - row.oldest) / 1_000),
  };
}

/** Makes everything in flight visible: after a restart no one works on it any more. Delays are kept. */
export function recoverMessages(sql: Sql, { now }: { readonly now: number }): number {
  return sql.run(
    'UPDATE messages SET visible_at = :now, receipt = NULL WHERE receipt IS NOT NULL AND visible_at > :now',
    { now },
  );
}
