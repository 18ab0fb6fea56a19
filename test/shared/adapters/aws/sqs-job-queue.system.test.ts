import { afterAll, beforeAll } from 'vitest';
import { createSqsClient } from '../../../../shared/adapters/aws/aws-clients.ts';
import { createSqsJobQueue } from '../../../../shared/adapters/aws/sqs-job-queue.ts';
import { describeJobQueue } from '../../../contract/job-queue-contract.ts';
import { uniqueName } from '../../../contract/unique-name.ts';
import { type AwsStandIn, startAwsStandIn } from '../../../support/aws-stand-in.ts';
import { makeQueue } from './queue-stand-in.ts';

let standIn: AwsStandIn;
beforeAll(async () => {
  standIn = await startAwsStandIn();
});
afterAll(() => standIn?.stop());

describeJobQueue('SQS', async ({ visibilitySeconds, maxReceiveCount }) => {
  const client = createSqsClient(standIn.settings);
  const name = uniqueName('inbound');
  const dead = await makeQueue(client, `${name}-dlq`);
  const source = await makeQueue(client, name, {
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount }),
  });
  const queue = createSqsJobQueue({ client, name, queueUrl: source.url, deadLetterQueueUrl: dead.url });
  const deadLetters = createSqsJobQueue({ client, name: 'dlq', queueUrl: dead.url, deadLetterQueueUrl: dead.url });
  return {
    queue,
    async takeDeadLetters() {
      const messages = await deadLetters.receive(10, 0);
      for (const message of messages) await deadLetters.acknowledge(message.receiptHandle);
      return messages.map(({ body, attributes: { code } }) => (code === undefined ? { body } : { body, code }));
    },
    close: async () => client.destroy(),
  };
});
