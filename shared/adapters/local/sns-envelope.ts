import type { TopicMessage } from '../../ports/topic.ts';

export interface EnvelopeFacts {
  readonly topicName: string;
  readonly messageId: string;
  readonly at: Date;
}

/**
 * What SNS puts into a subscribed queue without raw delivery, as ASCII JSON. It is not signed: it never leaves the
 * machine.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function toSnsEnvelope(message: TopicMessage, { topicName, messageId, at }: EnvelopeFacts): string {
  const attributes = Object.entries(message.attributes ?? {});
  return toAsciiJson({
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: `arn:aws:sns:local:000000000000:lightermail-${topicName}`,
    Subject: message.subject,
    Message: message.message,
    Timestamp: at.toISOString(),
    MessageAttributes:
      attributes.length === 0
        ? undefined
        : Object.fromEntries(attributes.map(([name, value]) => [name, { Type: 'String', Value: value }])),
  });
}

/** JSON in which everything outside ASCII is escaped, so that no transport can change it. */
export function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const maxSubjectLength = 100;

/**
 * A subject as SNS allows it: printable ASCII, no blank in front, at most 100 characters; what does not fit becomes
 * `?` or a blank. `undefined` when nothing is left.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function toSnsSubject(subject: string): string | undefined {
  const clean = subject
    .replace(/[\u0000-\u001f\u007f\s]+/g, ' ')
    .replace(/[^\u0020-\u007e]/gu, '?')
    .trim()
    .slice(0, maxSubjectLength)
    .trimEnd();
  return clean === '' ? undefined : clean;
}
