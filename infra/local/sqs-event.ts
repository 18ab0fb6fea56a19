import { createHash } from 'node:crypto';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { ReceivedMessage } from '../../shared/ports/job-queue.ts';

/**
 * The event that Lambda gets from an SQS event source.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function toSqsEvent(queueName: string, messages: readonly ReceivedMessage[]): SQSEvent {
  return { Records: messages.map((message) => toRecord(queueName, message)) };
}

function toRecord(queueName: string, message: ReceivedMessage): SQSRecord {
  const sentAtMs = String(message.sentAt.getTime());
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: {
      ...message.attributes,
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: sentAtMs,
      SenderId: 'lightermail',
      ApproximateFirstReceiveTimestamp: message.attributes.ApproximateFirstReceiveTimestamp ?? sentAtMs,
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:local:000000000000:${queueName}`,
    awsRegion: 'local',
  };
}

/**
 * The ids that a handler reports as failed, as Lambda reads its answer: an empty or unknown id fails the whole batch.
 * Stricter than Lambda in one point: no answer at all fails the batch too, where Lambda would delete the mail.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedIds(
  response: SQSBatchResponse | null | undefined,
  messages: readonly ReceivedMessage[],
): ReadonlySet<string> {
  const all = new Set(messages.map(({ messageId }) => messageId));
  if (!Array.isArray(response?.batchItemFailures)) return all;
  const named = response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return named.every((id) => all.has(id)) ? new Set(named) : all;
}
