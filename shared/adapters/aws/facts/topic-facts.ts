import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import { z } from 'zod';
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
        all.push(...(await Promise.all((answer.Subscriptions ?? []).map((one) => toSubscription(client, one)))));
        NextToken = answer.NextToken;
        if (!NextToken) break;
      }
      return all;
    },
  };
}

/** Until it is confirmed a subscription has a word where its ARN will stand. */
async function toSubscription(client: SNSClient, found: Subscription): Promise<TopicSubscription> {
  const { Protocol = '', Endpoint, SubscriptionArn } = found;
  const isConfirmed = SubscriptionArn?.startsWith('arn:') === true;
  const deadLetterArn = isConfirmed && Protocol === 'sqs' ? await readDeadLetters(client, SubscriptionArn) : undefined;
  return {
    protocol: Protocol,
    isConfirmed,
    ...(Endpoint?.startsWith('arn:') ? { endpointArn: Endpoint } : {}),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
}

const redriveSchema = z.object({ deadLetterTargetArn: z.string() });

async function readDeadLetters(client: SNSClient, SubscriptionArn: string | undefined): Promise<string | undefined> {
  const command = new GetSubscriptionAttributesCommand({ SubscriptionArn });
  const { Attributes } = await ask('sns:GetSubscriptionAttributes', client.send(command));
  const policy = Attributes?.RedrivePolicy;
  return policy ? redriveSchema.parse(JSON.parse(policy)).deadLetterTargetArn : undefined;
}
