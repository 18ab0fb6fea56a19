import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Topic } from '../../ports/topic.ts';
import { toAwsMailError } from './aws-errors.ts';

/** SNS wants less than 100 characters. @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const maxSubjectLength = 99;

export interface SnsTopicOptions {
  readonly client: SNSClient;
  readonly topicArn: string;
}

/** An SNS topic, named by the last part of its ARN. */
export function createSnsTopic({ client, topicArn }: SnsTopicOptions): Topic {
  return {
    name: topicArn.slice(topicArn.lastIndexOf(':') + 1),
    async publish({ subject, message, attributes = {} }) {
      const cleaned = toSnsSubject(subject ?? '');
      const command = new PublishCommand({
        TopicArn: topicArn,
        Message: message,
        MessageAttributes: toMessageAttributes(attributes),
        ...(cleaned === '' ? {} : { Subject: cleaned }),
      });
      try {
        await client.send(command);
      } catch (error) {
        throw toAwsMailError(error, 'sns Publish', 'ERR_TOPIC_UNAVAILABLE');
      }
    },
  };
}

/** A subject that SNS takes: ASCII, no control characters, no space at either end, cut. Empty when nothing is left. */
export function toSnsSubject(subject: string): string {
  return subject
    .replace(/[\x00-\x1f\x7f]+/g, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .trim()
    .slice(0, maxSubjectLength)
    .trim();
}

/** SNS refuses an attribute without a value. */
function toMessageAttributes(attributes: Readonly<Record<string, string>>) {
  const filled = Object.entries(attributes).filter(([, value]) => value !== '');
  return Object.fromEntries(filled.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
}
