import { z } from 'zod';
import { PermanentMailError } from '../errors/mail-error.ts';

/** SQS takes no larger message. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const maxEventBytes = 1024 * 1024;

/** AWS's own events nest less than ten deep. */
const maxDepth = 64;

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const snsNotificationSchema = z.looseObject({
  Type: z.literal('Notification'),
  MessageId: z.string().min(1).max(200),
  TopicArn: z.string().max(300),
  Message: z.string(),
});

/** What a queue message says, whether SNS put it into an envelope or delivered it raw. */
export interface OpenedEnvelope {
  /** The publisher's message as it was written. */
  readonly text: string;
  /** The message as JSON; undefined when it is none. */
  readonly value: unknown;
  readonly snsMessageId?: string;
  readonly topicArn?: string;
}

/**
 * Takes the SNS envelope off the body of a queue message, if there is one.
 * @throws PermanentMailError `ERR_BAD_EVENT` when the body is larger than SQS allows or nested deeper than any event
 */
export function openEnvelope(body: string): OpenedEnvelope {
  assertSize(body);
  const value = parseJson(body);
  const notification = snsNotificationSchema.safeParse(value);
  if (!notification.success) return { text: body, value };
  const { Message: text, MessageId: snsMessageId, TopicArn: topicArn } = notification.data;
  return { text, value: parseJson(text), snsMessageId, topicArn };
}

function assertSize(body: string): void {
  const bytes = Buffer.byteLength(body);
  if (bytes <= maxEventBytes) return;
  throw new PermanentMailError('ERR_BAD_EVENT', `the event has ${bytes} bytes: at most ${maxEventBytes} are read`);
}

/** A key `__proto__` is dropped: it is data to JSON, but a trap for whoever copies the object. */
function parseJson(text: string): unknown {
  assertDepth(text);
  try {
    return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value));
  } catch {
    return undefined;
  }
}

function assertDepth(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (char === '"') quoted = !quoted;
    else if (char === '\\') index += 1;
    else if (!quoted) depth += depthChange(char);
    if (depth > maxDepth) {
      throw new PermanentMailError('ERR_BAD_EVENT', `the event is nested more than ${maxDepth} deep`);
    }
  }
}

function depthChange(char: string | undefined): number {
  if (char === '{' || char === '[') return 1;
  return char === '}' || char === ']' ? -1 : 0;
}
