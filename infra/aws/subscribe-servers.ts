import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { HttpsSubscribers } from './https-subscribers.ts';
import type { AwsSettings } from './settings.ts';

/** Subscribes the web servers that the settings name; gives what each of them could not be told. */
export function subscribeServers(
  scope: Construct,
  { subscribers, processedSubscribers }: AwsSettings,
  topics: { readonly arrival: ITopic; readonly processed: ITopic },
): Readonly<Record<string, IQueue>> {
  const arrival = { topic: topics.arrival, topicName: 'arrival', urls: subscribers } as const;
  const processed = { topic: topics.processed, topicName: 'processed', urls: processedSubscribers } as const;
  return {
    ...new HttpsSubscribers(scope, 'Subscribers', arrival).undelivered,
    ...new HttpsSubscribers(scope, 'ProcessedSubscribers', processed).undelivered,
  };
}
