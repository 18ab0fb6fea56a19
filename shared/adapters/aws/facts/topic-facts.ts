import {
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import type { TopicFacts, TopicSubscription } from '../../../ports/deployment-facts.ts';
import { ask, askFor } from './ask.ts';

/** A topic with more subscriptions than ten pages of 100 is none of ours. */
const mostPages = 10;

/** What topics are set to and whom they tell, from SNS. */
export function topicFacts(client: SNSClient): TopicFacts {
  return {
    async attributes(TopicArn) {
      const answer = client.send(new GetTopicAttributesCommand({ TopicArn }));
      const found = await askFor('sns:GetTopicAttributes', answer, 'NotFound', 'NotFoundException');
      if (found === undefined) return undefined;
      const { Policy, KmsMasterKeyId } = found.Attributes ?? {};
      return { ...(Policy ? { policy: Policy } : {}), ...(KmsMasterKeyId ? { keyId: KmsMasterKeyId } : {}) };
    },

    async subscriptions(TopicArn) {
      const all: TopicSubscription[] = [];
      let NextToken: string | undefined;
      for (let page = 0; page < mostPages; page += 1) {
        const command = new ListSubscriptionsByTopicCommand({ TopicArn, ...(NextToken && { NextToken }) });
        const answer = await ask('sns:ListSubscriptionsByTopic', client.send(command));
        all.push(...(answer.Subscriptions ?? []).map(toSubscription));
        NextToken = answer.NextToken;
        if (!NextToken) break;
      }
      return all;
    },
  };
}

/** Until it is confirmed a subscription has a word where its ARN will stand. */
function toSubscription({ Protocol = '', Endpoint, SubscriptionArn }: Subscription): TopicSubscription {
  return {
    protocol: Protocol,
    isConfirmed: SubscriptionArn?.startsWith('arn:') === true,
    ...(Endpoint?.startsWith('arn:') ? { endpointArn: Endpoint } : {}),
  };
}
