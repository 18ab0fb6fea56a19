import type { QueueName } from '../../../infra/topology.ts';
import type { Clock } from '../../ports/platform.ts';
import type { DeadLetterRow } from './dead-letter-operations.ts';
import type { QueueWakeups } from './queue-wakeups.ts';
import type { LocalDatabase } from './sqlite-host.ts';

/** A message that its queue gave up. */
export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  /** Why it was rejected; absent when its receives were spent. */
  readonly code?: string;
  readonly receiveCount: number;
  readonly sentAt: Date;
  readonly deadAt: Date;
}

export interface DeadLetterPage {
  /** Oldest first. */
  readonly letters: readonly DeadLetter[];
  /** Present when there is more: hand it back to go on. Opaque. */
  readonly cursor?: string;
}

/** The dead-letter queues, as an operator sees them: looking at a letter does not take it. */
export interface DeadLetters {
  /** @param limit 1 to 1,000 letters a page */
  list(queue: QueueName, limit: number, cursor?: string): Promise<DeadLetterPage>;
  count(queue: QueueName): Promise<number>;
  /**
   * Sends letters to their queue again, with all their receives, as one transaction.
   * @param ids those to send; all of them when absent. Unknown ids are passed over.
   * @returns how many were sent
   */
  redrive(queue: QueueName, ids?: readonly string[]): Promise<number>;
}

const maxLimit = 1_000;

export function createDeadLetters(
  database: LocalDatabase,
  clock: Clock,
  wakeups: Readonly<Record<QueueName, QueueWakeups>>,
): DeadLetters {
  return {
    async list(queue, limit, cursor) {
      if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
        throw new RangeError(`limit is ${limit}: 1 to ${maxLimit} are allowed`);
      }
      const after = cursor === undefined ? 0 : toSeq(cursor);
      const rows = await database.run('dead.list', { queue, after, limit: limit + 1 });
      const shown = rows.slice(0, limit);
      const letters = shown.map(toLetter);
      return rows.length > limit ? { letters, cursor: String(shown.at(-1)?.seq) } : { letters };
    },
    count: (queue) => database.run('dead.count', { queue }),
    async redrive(queue, ids) {
      const sent = await database.run('dead.redrive', { queue, now: clock.now().getTime(), ids: ids ?? null });
      wakeups[queue].wake();
      return sent;
    },
  };
}

function toSeq(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw new RangeError('the cursor is not one that a page of dead letters gave');
  return Number(cursor);
}

function toLetter({ id, body, code, receiveCount, sentAt, deadAt }: DeadLetterRow): DeadLetter {
  const letter = { id, body, receiveCount, sentAt: new Date(sentAt), deadAt: new Date(deadAt) };
  return code === null ? letter : { ...letter, code };
}
