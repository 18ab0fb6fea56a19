import { randomUUID } from 'node:crypto';
import type { JobQueue, ReceivedMessage } from '../../shared/ports/job-queue.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { HandlerContext, QueueHandler } from '../../shared/runtime/handler.ts';
import { failedIds, toSqsEvent } from './sqs-event.ts';
import { pause, settlesWithin } from './wait.ts';

export interface EventSourceOptions {
  readonly queue: JobQueue;
  readonly handler: QueueHandler;
  readonly batchSize: number;
  /** Batches in work at once. */
  readonly maxConcurrency: number;
  /** How long one call of the handler may take. */
  readonly timeoutSeconds: number;
  readonly log: Logger;
  /** Called after each batch. */
  readonly onBatch?: () => void;
}

export interface EventSource {
  /** Takes nothing more and waits for what is in work; answers whether all of it ended within `graceMs`. */
  stop(graceMs: number): Promise<boolean>;
}

/** SQS's longest poll. */
const waitSeconds = 20;
const firstBackoffMs = 100;
const longestBackoffMs = 5000;
/** A message that failed waits 2 s, 4 s, … up to 256 s. */
const longestReleasePower = 8;

/** Feeds a handler from a queue, as Lambda's SQS event source does. Never ends by itself, whatever fails. */
export function startEventSource(options: EventSourceOptions): EventSource {
  const stopping = new AbortController();
  const inWork = new Set<Promise<void>>();
  const polling = poll(options, inWork, stopping.signal);
  return {
    async stop(graceMs) {
      stopping.abort();
      return settlesWithin(
        polling.then(() => Promise.all(inWork)),
        graceMs,
      );
    },
  };
}

async function poll(options: EventSourceOptions, inWork: Set<Promise<void>>, signal: AbortSignal): Promise<void> {
  let backoffMs = firstBackoffMs;
  while (!signal.aborted) {
    if (inWork.size >= options.maxConcurrency) await Promise.race(inWork);
    if (signal.aborted) return;
    try {
      const messages = await options.queue.receive(options.batchSize, waitSeconds, signal);
      backoffMs = firstBackoffMs;
      if (signal.aborted) await releaseAll(options, messages, () => 0);
      else if (messages.length > 0) track(inWork, runBatch(options, messages));
    } catch (error) {
      if (signal.aborted) return;
      options.log.error('queue cannot be read', error, { queue: options.queue.name, backoffMs });
      await pause(backoffMs, signal);
      backoffMs = Math.min(longestBackoffMs, backoffMs * 2);
    }
  }
}

function track(inWork: Set<Promise<void>>, work: Promise<void>): void {
  inWork.add(work);
  void work.finally(() => inWork.delete(work));
}

/** Calls the handler once and acknowledges what it did not report as failed. Never throws. */
async function runBatch(options: EventSourceOptions, messages: readonly ReceivedMessage[]): Promise<void> {
  try {
    const failed = await callHandler(options, messages);
    const done = messages.filter(({ messageId }) => !failed.has(messageId));
    await Promise.all(done.map(({ receiptHandle }) => options.queue.acknowledge(receiptHandle)));
  } catch (error) {
    options.log.error('acknowledging failed: the messages come again', error, { queue: options.queue.name });
  }
  options.onBatch?.();
}

async function callHandler(
  options: EventSourceOptions,
  messages: readonly ReceivedMessage[],
): Promise<ReadonlySet<string>> {
  const timeoutMs = options.timeoutSeconds * 1000;
  const all = failedIds(undefined, messages);
  try {
    const answer = options.handler(toSqsEvent(options.queue.name, messages), toContext(timeoutMs));
    if (await settlesWithin(answer, timeoutMs)) return failedIds(await answer, messages);
    // It may still be at work, so the messages stay hidden until their visibility timeout ends.
    options.log.error('the handler took too long', undefined, { queue: options.queue.name });
  } catch (error) {
    options.log.error('the handler failed', error, { queue: options.queue.name });
    await releaseAll(options, messages, ({ receiveCount }) => 2 ** Math.min(receiveCount, longestReleasePower));
  }
  return all;
}

/** Hands back what no handler has handed back itself. */
async function releaseAll(
  { queue, log }: EventSourceOptions,
  messages: readonly ReceivedMessage[],
  delaySeconds: (message: ReceivedMessage) => number,
): Promise<void> {
  for (const message of messages) {
    try {
      await queue.release(message.receiptHandle, delaySeconds(message));
    } catch (error) {
      log.warn('a message could not be handed back: its visibility timeout decides', {
        queue: queue.name,
        error: String(error),
      });
    }
  }
}

function toContext(timeoutMs: number): HandlerContext {
  const endsAtMs = performance.now() + timeoutMs;
  return {
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(endsAtMs - performance.now())),
  };
}
