import {
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  type NotificationConfigurationFilter,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { BucketFacts, BucketNotification } from '../../../ports/deployment-facts.ts';
import { ask, askFor } from './ask.ts';

interface Configured {
  readonly Events?: readonly string[] | undefined;
  readonly Filter?: NotificationConfigurationFilter | undefined;
}

/** What buckets announce and allow, from S3. */
export function bucketFacts(client: S3Client): BucketFacts {
  return {
    async notifications(Bucket) {
      const answer = await ask(
        's3:GetBucketNotification',
        client.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
      );
      return [
        ...(answer.TopicConfigurations ?? []).map((one) => toNotification(one, one.TopicArn)),
        ...(answer.QueueConfigurations ?? []).map((one) => toNotification(one, one.QueueArn)),
        ...(answer.LambdaFunctionConfigurations ?? []).map((one) => toNotification(one, one.LambdaFunctionArn)),
      ];
    },
    async policy(Bucket) {
      const answer = client.send(new GetBucketPolicyCommand({ Bucket }));
      return (await askFor('s3:GetBucketPolicy', answer, 'NoSuchBucketPolicy'))?.Policy;
    },
  };
}

function toNotification({ Events = [], Filter }: Configured, targetArn: string | undefined): BucketNotification {
  const rule = Filter?.Key?.FilterRules?.find(({ Name }) => Name?.toLowerCase() === 'prefix');
  return { prefix: rule?.Value ?? '', events: Events, targetArn: targetArn ?? '' };
}
