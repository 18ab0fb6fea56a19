import { isRetryable, TransientMailError, toErrorCode } from '../errors/mail-error.ts';
import type { JobQueue, ReceivedMessage } from '../ports/job-queue.ts';
import type { Logger } from '../ports/logger.ts';

export interface PollPorts {
  readonly queue: Pick<JobQueue, 'receive' | 'acknowledge' | 'release'>;
  /** Records one event; throws what is to be received again as transient, what can never be used as permanent. */
  readonly record: (body: string) => Promise<unknown>;
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
}

/** SQS's longest poll and largest batch. */
const pollSeconds = 20;
const perPoll = 10;
/** Events worked on at once, over several polls. */
const maxInFlight = 40;
const maxFailuresInARow = 3;
const firstBackoffMs = 1_000;
const longestBackoffMs = 30_000;
const firstReleaseSeconds = 5;
const longestReleaseSeconds = 900;

/**
 * Feeds the events of a queue to the recorder until the signal aborts; what is in work is finished first.
 *
 * 1. Receive up to ten events, waiting up to 20 s for the first.
 * 2. Record each: acknowledged when it is recorded or can never be, else handed back, to be received again.
 *
 * @throws TransientMailError `ERR_QUEUE_UNAVAILABLE` after three failed receives in a row: the supervisor has to see it
 */
export async function pollEvents(ports: PollPorts, signal: AbortSignal): Promise<void> {
  const inFlight = new Set<Promise<void>>();
  try {
    for (let failures = 0; !signal.aborted; ) {
      const messages = await receive(ports, signal, failures);
      failures = messages === undefined ? failures + 1 : 0;
      for (const message of messages ?? []) {
        const settled: Promise<void> = settle(ports, message).finally(() => inFlight.delete(settled));
        inFlight.add(settled);
      }
      while (inFlight.size > maxInFlight - perPoll) await Promise.race(inFlight);
    }
  } finally {
    await Promise.allSettled(inFlight);
  }
}

/** The next messages, or `undefined` when they could not be had; then its time has been waited. */
async function receive(
  { queue, wait, log }: PollPorts,
  signal: AbortSignal,
  failures: number,
): Promise<readonly ReceivedMessage[] | undefined> {
  try {
    return await queue.receive(perPoll, pollSeconds, signal);
  } catch (error) {
    log.error('events could not be received', error, { failuresInARow: failures + 1 });
    if (failures + 1 >= maxFailuresInARow) {
      throw new TransientMailError('ERR_QUEUE_UNAVAILABLE', `${maxFailuresInARow} receives in a row failed`, {
        cause: error,
      });
    }
    await wait(Math.min(longestBackoffMs, firstBackoffMs * 2 ** failures), signal);
    return undefined;
  }
}

async function settle(ports: PollPorts, message: ReceivedMessage): Promise<void> {
  const { queue, record, log } = ports;
  try {
    try {
      await record(message.body);
    } catch (error) {
      if (isRetryable(error)) return await handBack(ports, message, error);
      log.warn('event acknowledged unread', { code: toErrorCode(error), count: 1 });
    }
    await queue.acknowledge(message.receiptHandle);
  } catch (error) {
    // Neither recorded for certain nor handed back: it is seen again after its visibility timeout.
    log.error('an event could not be settled', error);
  }
}

async function handBack({ queue, log }: PollPorts, message: ReceivedMessage, error: unknown): Promise<void> {
  const asked = error instanceof TransientMailError ? error.retryAfterSeconds : undefined;
  const usual = Math.min(longestReleaseSeconds, firstReleaseSeconds * 2 ** Math.min(message.receiveCount - 1, 10));
  const delaySeconds = asked ?? usual;
  log.warn('event is handed back', { code: toErrorCode(error), receiveCount: message.receiveCount, delaySeconds });
  await queue.release(message.receiptHandle, delaySeconds);
}
