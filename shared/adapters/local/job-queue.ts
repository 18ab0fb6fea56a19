import type { JobQueue, ReceivedMessage } from '../../ports/job-queue.ts';
import type { Clock } from '../../ports/platform.ts';
import type { ReceivedRow, ReceiveOutcome } from './queue-operations.ts';
import type { QueueWakeups } from './queue-wakeups.ts';
import type { LocalDatabase } from './sqlite-host.ts';

export interface LocalQueueSettings {
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
}

export interface LocalQueueParts {
  readonly name: string;
  readonly database: LocalDatabase;
  readonly clock: Clock;
  readonly wakeups: QueueWakeups;
}

/** SQS's limits, so that what works here works there. */
const maxDelaySeconds = 900;
const maxReleaseSeconds = 43_200;
const maxMessagesAtOnce = 10;
const maxWaitSeconds = 20;

/**
 * A queue in SQLite. Messages stay until they are acknowledged or die; they do not age away.
 * A receipt handle is good until the message is received again or released: what comes after does nothing, without
 * an error, as with SQS.
 */
export function createJobQueue(
  { name, database, clock, wakeups }: LocalQueueParts,
  settings: LocalQueueSettings,
): JobQueue {
  const now = (): number => clock.now().getTime();
  const receiveNow = (limit: number): Promise<ReceiveOutcome> =>
    database.run('queue.receive', {
      queue: name,
      now: now(),
      limit,
      visibilityMs: settings.visibilitySeconds * 1_000,
      maxReceiveCount: settings.maxReceiveCount,
    });

  return {
    name,
    async send(bodies, { delaySeconds = 0 } = {}) {
      assertRange('delaySeconds', delaySeconds, 0, maxDelaySeconds);
      if (bodies.length === 0) return;
      const sentAt = now();
      await database.run('queue.send', { queue: name, now: sentAt, bodies, visibleAt: sentAt + delaySeconds * 1_000 });
      wakeups.wake();
    },
    async receive(maxMessages, waitSeconds, signal) {
      assertRange('maxMessages', maxMessages, 1, maxMessagesAtOnce);
      assertRange('waitSeconds', waitSeconds, 0, maxWaitSeconds);
      const deadline = performance.now() + waitSeconds * 1_000;
      while (signal?.aborted !== true) {
        const seen = wakeups.count();
        const { messages, nextVisibleAt } = await receiveNow(maxMessages);
        const leftMs = deadline - performance.now();
        if (messages.length > 0 || leftMs <= 0) return messages.map(toMessage);
        // At least a millisecond, so that a clock that stands still cannot make this loop spin.
        const dueMs = nextVisibleAt === undefined ? leftMs : Math.max(1, nextVisibleAt - now());
        await wakeups.wait(seen, Math.min(leftMs, dueMs), signal);
      }
      return [];
    },
    async acknowledge(receiptHandle) {
      const receipt = toReceipt(receiptHandle);
      if (receipt !== undefined) await database.run('queue.acknowledge', receipt);
    },
    async release(receiptHandle, delaySeconds) {
      assertRange('delaySeconds', delaySeconds, 0, maxReleaseSeconds);
      const receipt = toReceipt(receiptHandle);
      if (receipt === undefined) return;
      const releasedAt = now();
      const visibleAt = releasedAt + delaySeconds * 1_000;
      await database.run('queue.release', { ...receipt, now: releasedAt, visibleAt });
      wakeups.wake();
    },
    reject: (body, code) => database.run('queue.reject', { queue: name, now: now(), body, code }),
    depth: () => database.run('queue.depth', { queue: name, now: now() }),
  };
}

function assertRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} is ${value}: whole numbers from ${least} to ${most} are allowed`);
}

function toMessage(row: ReceivedRow): ReceivedMessage {
  return {
    messageId: row.id,
    receiptHandle: `${row.seq}.${row.receipt}`,
    body: row.body,
    receiveCount: row.receiveCount,
    sentAt: new Date(row.sentAt),
    attributes: {},
  };
}

/** The parts of a receipt handle; `undefined` for text that is none, which names no message. */
function toReceipt(receiptHandle: string): { seq: number; receipt: string } | undefined {
  const [, seq, receipt] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(receiptHandle) ?? [];
  return seq === undefined || receipt === undefined ? undefined : { seq: Number(seq), receipt };
}
