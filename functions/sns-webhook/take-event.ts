import type { SnsNotification } from '../../shared/contracts/sns-message.ts';
import { isRetryable, TransientMailError, toErrorCode } from '../../shared/errors/mail-error.ts';
import type { InboundPorts } from '../../shared/inbound/inbound-ports.ts';
import { processInbound, type Receipt } from '../../shared/inbound/process-inbound.ts';
import type { JobQueue } from '../../shared/ports/job-queue.ts';
import type { Logger } from '../../shared/ports/logger.ts';

/** A verified event on its way in. */
export interface ArrivedEvent {
  readonly notification: SnsNotification;
  readonly ageSeconds: number;
}

/**
 * Takes an event: resolved when it is done with or durably kept, so that SNS may forget it.
 * It throws when SNS is to send the event again.
 */
export type TakeEvent = (event: ArrivedEvent) => Promise<void>;

/** Keeps each event in the inbound queue: its reader has all the time that a large mail needs. */
export function queueEvents(queue: Pick<JobQueue, 'send'>): TakeEvent {
  return ({ notification }) => queue.send([toQueueBody(notification)]);
}

/** Only what was signed goes on. */
function toQueueBody({ Type, MessageId, TopicArn, Subject, Message, Timestamp }: SnsNotification): string {
  return JSON.stringify({ Type, MessageId, TopicArn, Subject, Message, Timestamp });
}

export interface InlineOptions {
  readonly ports: InboundPorts;
  readonly deadLetters: Pick<JobQueue, 'reject'>;
  /** Events that are processed at once; more are sent away, to come again. */
  readonly concurrency: number;
  readonly log: Logger;
}

/**
 * Processes each event before it is answered. What can never succeed is in the dead letters, with its code, before SNS
 * is told that it may forget it; when that fails, SNS sends it again.
 */
export function processEvents({ ports, deadLetters, concurrency, log }: InlineOptions): TakeEvent {
  let running = 0;
  return async ({ notification, ageSeconds }) => {
    if (running >= concurrency)
      throw new TransientMailError('ERR_OUT_OF_TIME', `${concurrency} events are being processed`);
    running += 1;
    const body = toQueueBody(notification);
    try {
      await processInbound(ports, body, toReceipt(ageSeconds));
    } catch (error) {
      if (isRetryable(error)) throw error;
      const code = toErrorCode(error);
      await deadLetters.reject(body, code);
      ports.metrics?.count('rejections', { queue: 'inbound', code });
      ports.metrics?.count('deadLetters', { queue: 'inbound' });
      log.error('event rejected to the dead letters', error, { snsMessageId: notification.MessageId });
    } finally {
      running -= 1;
    }
  };
}

/** SNS does not tell how often it has tried, only when the message was published. */
const firstTriesSeconds = 60;
const lastTriesSeconds = 1_800;

/**
 * What a queue would tell of this receipt, by the age of the message: the tries of the first minute are the first one,
 * and after half an hour each may be the last: the ledger then says that the mail is stuck, until a try succeeds.
 */
function toReceipt(ageSeconds: number): Receipt {
  const receiveCount = ageSeconds < firstTriesSeconds ? 1 : 3;
  return { receiveCount, isLastReceive: ageSeconds >= lastTriesSeconds };
}
