import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { QueueFacts } from '../../../ports/deployment-facts.ts';
import { askFor } from './ask.ts';

const redriveSchema = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });
const absent = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue', 'NonExistentQueue'];

/** What queues are set to, from SQS. */
export function queueFacts(client: SQSClient): QueueFacts {
  return {
    async attributes(QueueUrl) {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
      const answer = await askFor('sqs:GetQueueAttributes', client.send(command), ...absent);
      if (answer === undefined) return undefined;
      const { Attributes: found = {} } = answer;
      const redrive = found.RedrivePolicy === undefined ? undefined : toRedrive(found.RedrivePolicy);
      return {
        arn: found.QueueArn ?? '',
        visibilitySeconds: Number(found.VisibilityTimeout ?? 0),
        retentionSeconds: Number(found.MessageRetentionPeriod ?? 0),
        messageCount:
          Number(found.ApproximateNumberOfMessages ?? 0) + Number(found.ApproximateNumberOfMessagesNotVisible ?? 0),
        ...(redrive === undefined ? {} : { redrive }),
        ...(found.Policy ? { policy: found.Policy } : {}),
        ...(found.KmsMasterKeyId ? { keyId: found.KmsMasterKeyId } : {}),
      };
    },
  };
}

function toRedrive(text: string) {
  const { deadLetterTargetArn: deadLetterArn, maxReceiveCount } = redriveSchema.parse(JSON.parse(text));
  return { deadLetterArn, maxReceiveCount };
}
