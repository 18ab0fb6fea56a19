import { ConfirmSubscriptionCommand, type SNSClient } from '@aws-sdk/client-sns';
import { snsPlaceOf } from '../../contracts/sns-message.ts';
import { PermanentMailError } from '../../errors/mail-error.ts';
import { toAwsErrorFacts, toAwsMailError } from './aws-errors.ts';

export interface SnsSubscriptions {
  /**
   * Confirms that this endpoint wants a topic's messages. Confirming again changes nothing.
   * @throws PermanentMailError `ERR_BAD_EVENT` when the token is none or too old; else as every AWS adapter
   */
  confirm(topicArn: string, token: string): Promise<void>;
}

/** What SNS says of a token that will never do. */
const finalNames: ReadonlySet<string> = new Set([
  'InvalidParameterException',
  'InvalidParameter',
  'NotFoundException',
  'NotFound',
]);

/**
 * Subscriptions by SNS's API: a URL that came with a message is never called. Whoever wants to end a confirmed
 * subscription must be allowed to by IAM: the address in each message does not do.
 * @param clientOf gives the client of a region: a topic answers in its own alone
 * @see https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
 */
export function createSnsSubscriptions(clientOf: (region: string) => SNSClient): SnsSubscriptions {
  const clients = new Map<string, SNSClient>();
  return {
    async confirm(TopicArn, Token) {
      const { region } = snsPlaceOf(TopicArn);
      const client = clients.get(region) ?? clientOf(region);
      clients.set(region, client);
      try {
        await client.send(new ConfirmSubscriptionCommand({ TopicArn, Token, AuthenticateOnUnsubscribe: 'true' }));
      } catch (error) {
        if (finalNames.has(toAwsErrorFacts(error).name)) {
          throw new PermanentMailError('ERR_BAD_EVENT', 'sns does not know the token of the subscription', {
            cause: error,
          });
        }
        throw toAwsMailError(error, 'sns ConfirmSubscription', 'ERR_TOPIC_UNAVAILABLE');
      }
    },
  };
}
