import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { createSnsClient, createSqsClient } from '../../../../shared/adapters/aws/aws-clients.ts';
import { createSnsTopic } from '../../../../shared/adapters/aws/sns-topic.ts';
import { createSqsJobQueue } from '../../../../shared/adapters/aws/sqs-job-queue.ts';
import { describeTopic } from '../../../contract/topic-contract.ts';
import { startAwsStandIn } from '../../../support/aws-stand-in.ts';
import { makeQueue } from './queue-stand-in.ts';

describeTopic('SNS', async () => {
  const standIn = await startAwsStandIn();
  const sns = createSnsClient(standIn.settings);
  const sqs = createSqsClient(standIn.settings);
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'fallback' }));
  const { url, arn } = await makeQueue(sqs, 'subscriber');
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn }));
  return {
    topic: createSnsTopic({ client: sns, topicArn: TopicArn }),
    queue: createSqsJobQueue({ client: sqs, name: 'subscriber', queueUrl: url, deadLetterQueueUrl: url }),
    async close() {
      sns.destroy();
      sqs.destroy();
      await standIn.stop();
    },
  };
});
