import type { SnsMessage } from '../../contracts/sns-message.ts';

/**
 * The text that SNS has signed: each signed field's name and value on a line of its own, in byte order of the names.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
 */
export function toSignedText(message: SnsMessage): string {
  return signedFields(message)
    .map(([name, value]) => `${name}\n${value}\n`)
    .join('');
}

function signedFields(message: SnsMessage): readonly (readonly [name: string, value: string])[] {
  const { Type, Message, MessageId, Timestamp, TopicArn } = message;
  const head = [
    ['Message', Message],
    ['MessageId', MessageId],
  ] as const;
  const tail = [
    ['TopicArn', TopicArn],
    ['Type', Type],
  ] as const;
  if (message.Type !== 'Notification') {
    const { SubscribeURL, Token } = message;
    return [...head, ['SubscribeURL', SubscribeURL], ['Timestamp', Timestamp], ['Token', Token], ...tail];
  }
  const subject = message.Subject === undefined ? [] : ([['Subject', message.Subject]] as const);
  return [...head, ...subject, ['Timestamp', Timestamp], ...tail];
}
