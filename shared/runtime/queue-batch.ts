import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSRecord } from 'aws-lambda';
import type { ErrorCode } from '../errors/codes.ts';
import { isRetryable, TransientMailError, toErrorCode } from '../errors/mail-error.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { HandlerContext, QueueHandler } from './handler.ts';

/** The one named end of a queue record. */
export type RecordEnd =
  | { readonly end: 'done' | 'skippedDuplicate' }
  | { readonly end: 'retry'; readonly code: ErrorCode; readonly delaySeconds: number }
  | { readonly end: 'rejected'; readonly code: ErrorCode };

export interface QueueRecord {
  readonly body: string;
  /** 1 on the first receipt. */
  readonly receiveCount: number;
  /** Whether the queue gives the message up when this receipt fails too. */
  readonly isLastReceive: boolean;
}

export interface QueueBatchOptions {
  readonly queue: JobQueue;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** Receives before the queue moves a message to its dead letters. */
  readonly maxReceiveCount: number;
  /** A record is not begun when less time than this remains. */
  readonly minRemainingMs: number;
  readonly work: (record: QueueRecord) => Promise<RecordEnd>;
}

/** Tells the batch library that a record is to be received again. */
class RecordFailure extends Error {
  override readonly name = 'RecordFailure';
}

const firstDelaySeconds = 5;
const longestDelaySeconds = 900;

/** Wait before receipt `receiveCount + 1`: doubling from 5 s to 15 min. */
export function backoffSeconds(receiveCount: number): number {
  return Math.min(longestDelaySeconds, firstDelaySeconds * 2 ** Math.min(receiveCount - 1, 10));
}

/**
 * The boundary between a queue and the domain: each record ends `done | skippedDuplicate | retry | rejected`, and only
 * what is to be received again is reported as failed. A rejected record is in the dead-letter queue, with its code,
 * before it is acknowledged.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function queueBatch(options: QueueBatchOptions): QueueHandler {
  return async (event, context) => {
    const processor = new BatchProcessor(EventType.SQS);
    return processPartialResponse(event, (record: SQSRecord) => settle(options, record, context), processor, {
      throwOnFullBatchFailure: false,
    });
  };
}

/** Gives a record its end; throws `RecordFailure` when it is to be received again. */
async function settle(options: QueueBatchOptions, sqsRecord: SQSRecord, context: HandlerContext): Promise<void> {
  const { log, queue } = options;
  const record = toQueueRecord(sqsRecord, options.maxReceiveCount);
  const fields = { sqsMessageId: sqsRecord.messageId, receiveCount: record.receiveCount };
  let end = await endOf(options, record, context);
  if (end.end === 'rejected') end = await reject(options, record, end.code);
  countEnd(options, record, end);
  if (end.end !== 'retry') {
    log.debug('queue record ended', { ...fields, end: end.end });
    return;
  }
  log.warn('queue record is handed back', { ...fields, code: end.code, delaySeconds: end.delaySeconds });
  try {
    await queue.release(sqsRecord.receiptHandle, end.delaySeconds);
  } catch (error) {
    log.warn('the delay could not be set: the visibility timeout decides', { ...fields, code: toErrorCode(error) });
  }
  throw new RecordFailure(end.code);
}

function countEnd({ metrics, queue: { name: queue } }: QueueBatchOptions, record: QueueRecord, end: RecordEnd): void {
  if (end.end === 'rejected') metrics?.count('rejections', { queue, code: end.code });
  if (end.end === 'retry') metrics?.count('retries', { queue });
  // The queue itself gives up a record whose receives are spent.
  const isDead = end.end === 'rejected' || (end.end === 'retry' && record.isLastReceive);
  if (isDead) metrics?.count('deadLetters', { queue });
}

async function endOf(options: QueueBatchOptions, record: QueueRecord, context: HandlerContext): Promise<RecordEnd> {
  try {
    if (context.getRemainingTimeInMillis() < options.minRemainingMs) {
      return { end: 'retry', code: 'ERR_OUT_OF_TIME', delaySeconds: 0 };
    }
    return await options.work(record);
  } catch (error) {
    const code = toErrorCode(error);
    options.log.error('queue record failed', error, { receiveCount: record.receiveCount });
    if (!isRetryable(error)) return { end: 'rejected', code };
    const asked = error instanceof TransientMailError ? error.retryAfterSeconds : undefined;
    return { end: 'retry', code, delaySeconds: asked ?? backoffSeconds(record.receiveCount) };
  }
}

/** The dead-letter queue first, the acknowledgement after it; when that fails, the record is received again. */
async function reject(options: QueueBatchOptions, record: QueueRecord, code: ErrorCode): Promise<RecordEnd> {
  try {
    await options.queue.reject(record.body, code);
    options.log.warn('queue record rejected to the dead letters', { code });
    return { end: 'rejected', code };
  } catch (error) {
    options.log.error('a dead letter could not be written', error, { deadLetterCode: code });
    return { end: 'retry', code: 'ERR_QUEUE_UNAVAILABLE', delaySeconds: backoffSeconds(record.receiveCount) };
  }
}

function toQueueRecord(record: SQSRecord, maxReceiveCount: number): QueueRecord {
  const receiveCount = Number(record.attributes?.ApproximateReceiveCount ?? 1) || 1;
  return { body: record.body, receiveCount, isLastReceive: receiveCount >= maxReceiveCount };
}
