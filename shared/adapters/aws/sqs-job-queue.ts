import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { TransientMailError } from '../../errors/mail-error.ts';
import type { JobQueue, QueueDepth, ReceivedMessage, SendOptions } from '../../ports/job-queue.ts';
import { toAwsErrorFacts, toAwsMailError } from './aws-errors.ts';
import { toAsciiJson, toQueueText } from './queue-text.ts';
import { toBatches } from './sqs-batches.ts';

export interface SqsJobQueueOptions {
  readonly client: SQSClient;
  readonly name: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** A standard SQS queue with its dead-letter queue. */
export function createSqsJobQueue(options: SqsJobQueueOptions): JobQueue {
  const { client, queueUrl: QueueUrl } = options;
  return {
    name: options.name,
    async send(bodies, sendOptions = {}) {
      for (const batch of toBatches(bodies.map(toAsciiJson))) await sendBatch(options, batch, sendOptions);
    },
    receive: (maxMessages, waitSeconds, signal) => receive(options, maxMessages, waitSeconds, signal),
    async acknowledge(ReceiptHandle) {
      await run('sqs DeleteMessage', client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })));
    },
    release: (receiptHandle, delaySeconds) => release(options, receiptHandle, delaySeconds),
    async reject(body, code) {
      const command = new SendMessageCommand({
        QueueUrl: options.deadLetterQueueUrl,
        MessageBody: toQueueText(body),
        MessageAttributes: { code: { DataType: 'String', StringValue: code } },
      });
      await run('sqs SendMessage', client.send(command));
    },
    depth: () => readDepth(options),
  };
}

/** Entries that were not taken are sent once more; the client library repeats whole requests only. */
async function sendBatch(
  options: SqsJobQueueOptions,
  bodies: readonly string[],
  sendOptions: SendOptions,
): Promise<void> {
  const refused = await tryBatch(options, bodies, sendOptions);
  if (refused.length === 0) return;
  const still = await tryBatch(
    options,
    refused.map((one) => one.body),
    sendOptions,
  );
  const first = still[0];
  if (first === undefined) return;
  throw new TransientMailError(
    'ERR_QUEUE_UNAVAILABLE',
    `sqs took ${bodies.length - still.length} of ${bodies.length} messages`,
    {
      details: { reason: first.reason, refusedCount: still.length },
    },
  );
}

interface Refused {
  readonly body: string;
  readonly reason: string;
}

async function tryBatch(
  options: SqsJobQueueOptions,
  bodies: readonly string[],
  { delaySeconds }: SendOptions,
): Promise<Refused[]> {
  const delay = delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds };
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody, ...delay }));
  const command = new SendMessageBatchCommand({ QueueUrl: options.queueUrl, Entries });
  const answer = await run('sqs SendMessageBatch', options.client.send(command));
  const taken = new Set((answer.Successful ?? []).map((one) => one.Id));
  const reasons = new Map((answer.Failed ?? []).map((one) => [one.Id, one.Code ?? 'unknown']));
  return bodies.flatMap((body, index) => {
    const id = String(index);
    return taken.has(id) ? [] : [{ body, reason: reasons.get(id) ?? 'not answered' }];
  });
}

/** A message that was on its way when the wait was broken off is seen again after the visibility timeout. */
async function receive(
  { client, queueUrl }: SqsJobQueueOptions,
  maxMessages: number,
  waitSeconds: number,
  signal?: AbortSignal,
): Promise<readonly ReceivedMessage[]> {
  if (signal?.aborted) return [];
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: maxMessages,
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
    MessageAttributeNames: ['All'],
  });
  try {
    const answer = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
    return (answer.Messages ?? []).map(toReceived);
  } catch (error) {
    if (signal?.aborted) return [];
    throw toAwsMailError(error, 'sqs ReceiveMessage', 'ERR_QUEUE_UNAVAILABLE');
  }
}

function toReceived(message: Message): ReceivedMessage {
  const attributes = Object.entries(message.MessageAttributes ?? {}).flatMap(([name, attribute]) =>
    attribute.StringValue === undefined ? [] : [[name, attribute.StringValue] as const],
  );
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    sentAt: new Date(Number(message.Attributes?.SentTimestamp ?? 0)),
    attributes: Object.fromEntries(attributes),
  };
}

/** What SQS says of a message that is visible again already, or gone: there is nothing left to hand back. */
const notHeld = ['MessageNotInflight', 'ReceiptHandleIsInvalid'];

async function release(
  { client, queueUrl }: SqsJobQueueOptions,
  receiptHandle: string,
  delaySeconds: number,
): Promise<void> {
  const VisibilityTimeout = Math.max(0, Math.min(Math.ceil(delaySeconds), 43_200));
  const input = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout };
  try {
    await client.send(new ChangeMessageVisibilityCommand(input));
  } catch (error) {
    if (notHeld.includes(toAwsErrorFacts(error).name)) return;
    throw toAwsMailError(error, 'sqs ChangeMessageVisibility', 'ERR_QUEUE_UNAVAILABLE');
  }
}

async function readDepth({ client, queueUrl }: SqsJobQueueOptions): Promise<QueueDepth> {
  const command = new GetQueueAttributesCommand({
    QueueUrl: queueUrl,
    AttributeNames: [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ],
  });
  const { Attributes = {} } = await run('sqs GetQueueAttributes', client.send(command));
  const visibleCount = Number(Attributes.ApproximateNumberOfMessages ?? 0);
  const inFlightCount = Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0);
  const delayedCount = Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0);
  return { messageCount: visibleCount + inFlightCount + delayedCount, visibleCount, inFlightCount };
}

async function run<Answer>(operation: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw toAwsMailError(error, operation, 'ERR_QUEUE_UNAVAILABLE');
  }
}
