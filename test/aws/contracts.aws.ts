import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from 'vitest';
import {
  createDynamoClient,
  createS3Client,
  createSesClient,
  createSnsClient,
  createSqsClient,
} from '../../shared/adapters/aws/aws-clients.ts';
import { createDynamoRecordStore } from '../../shared/adapters/aws/dynamo-record-store.ts';
import { createS3BlobStore } from '../../shared/adapters/aws/s3-blob-store.ts';
import { createSesMailSender } from '../../shared/adapters/aws/ses-mail-sender.ts';
import { createSnsTopic } from '../../shared/adapters/aws/sns-topic.ts';
import { createSqsJobQueue } from '../../shared/adapters/aws/sqs-job-queue.ts';
import { describeBlobStore } from '../contract/blob-store-contract.ts';
import { dyingStore } from '../contract/email-records/dying-store.ts';
import { describeEmailRecords } from '../contract/email-records-contract.ts';
import { describeJobQueue } from '../contract/job-queue-contract.ts';
import { describeMailSender } from '../contract/mail-sender-contract.ts';
import { describeRecordStore } from '../contract/record-store-contract.ts';
import { describeTopic } from '../contract/topic-contract.ts';
import { uniqueName } from '../contract/unique-name.ts';
import { makeQueue } from '../shared/adapters/aws/queue-stand-in.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { type MiniStack, startMiniStack } from './mini-stack.ts';
import { startSesFront } from './ses-front.ts';

/** The adapters' contract suites against MiniStack, as they run against moto in `npm run test:system`. */
let miniStack: MiniStack;
beforeAll(async () => {
  miniStack = await startMiniStack();
});
afterAll(() => miniStack?.stop());

const clock = { now: () => new Date() };

describeBlobStore('S3, MiniStack', async () => {
  const client = createS3Client({ ...miniStack.settings, forcePathStyle: true });
  const bucket = uniqueName('lightermail').toLowerCase();
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await client.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  return { store: createS3BlobStore({ client, bucket, clock }), close: async () => client.destroy() };
});

describeJobQueue('SQS, MiniStack', async ({ visibilitySeconds, maxReceiveCount }) => {
  const client = createSqsClient(miniStack.settings);
  const name = uniqueName('inbound');
  const dead = await makeQueue(client, `${name}-dlq`);
  const source = await makeQueue(client, name, {
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount }),
  });
  const queue = createSqsJobQueue({ client, name, queueUrl: source.url, deadLetterQueueUrl: dead.url });
  const deadLetters = createSqsJobQueue({ client, name: 'dlq', queueUrl: dead.url, deadLetterQueueUrl: dead.url });
  return {
    queue: { ...queue, acknowledge: (handle) => queue.acknowledge(handle).catch(unlessDeleted) },
    async takeDeadLetters() {
      const messages = await deadLetters.receive(10, 0);
      for (const message of messages) await deadLetters.acknowledge(message.receiptHandle);
      return messages.map(({ body, attributes: { code } }) => (code === undefined ? { body } : { body, code }));
    },
    close: async () => client.destroy(),
  };
});

/** AWS deletes a message that is deleted already without a word; MiniStack says that it does not know the receipt. */
function unlessDeleted(error: Error): void {
  if ((error.cause as Error | undefined)?.name !== 'ReceiptHandleIsInvalid') throw error;
}

/** Without a policy that lets the topic send, a queue is handed nothing: MiniStack holds to that as AWS does. */
describeTopic('SNS, MiniStack', async () => {
  const sns = createSnsClient(miniStack.settings);
  const sqs = createSqsClient(miniStack.settings);
  const name = uniqueName('subscriber');
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: uniqueName('fallback') }));
  const { url, arn } = await makeQueue(sqs, name);
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
    Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn }));
  return {
    topic: createSnsTopic({ client: sns, topicArn: TopicArn }),
    queue: createSqsJobQueue({ client: sqs, name, queueUrl: url, deadLetterQueueUrl: url }),
    async close() {
      sns.destroy();
      sqs.destroy();
    },
  };
});

describeRecordStore('DynamoDB, MiniStack', async () => {
  const { client, tableName } = await openTable();
  return { store: createDynamoRecordStore({ client, tableName, clock }), close: async () => client.destroy() };
});

describeEmailRecords('DynamoDB, MiniStack', async () => {
  const { client, tableName } = await openTable();
  const manual = createManualClock('2026-05-01T10:00:00.000Z');
  const store = createDynamoRecordStore({ client, tableName, clock: manual });
  // Nothing listens on the discard port.
  const nowhere = createDynamoClient({ ...miniStack.settings, endpoint: 'http://127.0.0.1:9', maxAttempts: 1 });
  return {
    store,
    scale: 0.18,
    dyingAt: (place) => dyingStore(store, place),
    unreachable: createDynamoRecordStore({ client: nowhere, tableName, clock: manual }),
    async close() {
      client.destroy();
      nowhere.destroy();
    },
  };
});

async function openTable() {
  const client = createDynamoClient(miniStack.settings);
  const tableName = uniqueName('records');
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  return { client, tableName };
}

/** What was taken is read from what stands before MiniStack's SES, whose own answers these are. */
describeMailSender('SES v2, MiniStack', async () => {
  const front = await startSesFront({ endpoint: () => miniStack.endpoint });
  const account = createSesClient(miniStack.settings);
  await account.send(new CreateEmailIdentityCommand({ EmailIdentity: 'notifications@example.com' }));
  const client = createSesClient({ ...miniStack.settings, endpoint: front.url });
  return {
    sender: createSesMailSender({ client }),
    taken: async () => front.taken.map((mail) => ({ ...mail, mime: Buffer.from(mail.mime) })),
    async close() {
      account.destroy();
      client.destroy();
      await front.close();
    },
  };
});
