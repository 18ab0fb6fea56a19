import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toSignedText } from '../../../../shared/adapters/aws/sns-signed-text.ts';
import { parseSnsMessage } from '../../../../shared/contracts/sns-message.ts';

const sample = (name: string) => readFileSync(`events/sns/${name}.json`, 'utf8');

describe('toSignedText', () => {
  it('H1 is what AWS documents for a notification with a subject', () => {
    expect(toSignedText(parseSnsMessage(sample('http-notification')))).toBe(
      [
        ...['Message', 'Hello world!', 'MessageId', '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324'],
        ...['Subject', 'My First Message', 'Timestamp', '2026-05-02T00:54:06.655Z'],
        ...['TopicArn', 'arn:aws:sns:us-west-2:123456789012:MyTopic', 'Type', 'Notification', ''],
      ].join('\n'),
    );
  });

  it('H1 leaves out a subject that is not there, name and all', () => {
    const { Subject: _, ...rest } = JSON.parse(sample('http-notification'));
    expect(toSignedText(parseSnsMessage(JSON.stringify(rest)))).not.toContain('Subject');
  });

  it.each([
    ['http-subscription-confirmation', 'SubscriptionConfirmation', '165545c9-2a5c-472c-8df2-7ff2be2b3b1b'],
    ['http-unsubscribe-confirmation', 'UnsubscribeConfirmation', '47138184-6831-46b8-8f7c-afc488602d7d'],
  ])('H1 is what AWS documents for %s, with real line breaks in the message', (name, type, id) => {
    const { Message, SubscribeURL, Token, Timestamp } = JSON.parse(sample(name));
    expect(Message).toContain('\n');
    expect(toSignedText(parseSnsMessage(sample(name)))).toBe(
      [
        ...['Message', Message, 'MessageId', id, 'SubscribeURL', SubscribeURL, 'Timestamp', Timestamp],
        ...['Token', Token, 'TopicArn', 'arn:aws:sns:us-west-2:123456789012:MyTopic', 'Type', type, ''],
      ].join('\n'),
    );
  });
});
