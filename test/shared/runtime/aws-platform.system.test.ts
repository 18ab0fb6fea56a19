import { buffer } from 'node:stream/consumers';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createDynamoClient,
  createS3Client,
  createSecretsManagerClient,
  createSnsClient,
  createSqsClient,
  createSsmClient,
} from '../../../shared/adapters/aws/aws-clients.ts';
import type { Platform } from '../../../shared/ports/platform.ts';
import { readAwsConfig } from '../../../shared/runtime/aws-config.ts';
import { awsPlatform } from '../../../shared/runtime/aws-platform.ts';
import { type AwsStandIn, startAwsStandIn } from '../../support/aws-stand-in.ts';
import { makeQueue } from '../adapters/aws/queue-stand-in.ts';

const signerKey = { accessKeyId: 'AKIASIGNEREXAMPLE000', secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY' };

/** Makes at the stand-in what the stacks make on AWS, and gives the environment that they set. */
async function deploy({ settings }: AwsStandIn): Promise<Record<string, string>> {
  const [s3, sqs] = [createS3Client(settings), createSqsClient(settings)];
  for (const Bucket of ['lm-raw', 'lm-files']) {
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
    );
  }
  const queueUrls: Record<string, string> = {};
  for (const name of ['inbound', 'outbound', 'engagement']) {
    queueUrls[`LIGHTERMAIL_${name.toUpperCase()}_QUEUE_URL`] = (await makeQueue(sqs, name)).url;
    queueUrls[`LIGHTERMAIL_${name.toUpperCase()}_DLQ_URL`] = (await makeQueue(sqs, `${name}-dlq`)).url;
  }
  await createDynamoClient(settings).send(
    new CreateTableCommand({
      TableName: 'lm-records',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  const topic = await createSnsClient(settings).send(new CreateTopicCommand({ Name: 'fallback' }));
  const routes = [{ id: 'capture', address: 'capture@in.example.com', identity: 'notifications@example.com' }];
  await createSsmClient(settings).send(
    new PutParameterCommand({ Name: '/lightermail/routes', Value: JSON.stringify(routes), Type: 'SecureString' }),
  );
  const secrets = createSecretsManagerClient(settings);
  const link = await secrets.send(new CreateSecretCommand({ Name: 'links', SecretString: 'k'.repeat(64) }));
  const signer = await secrets.send(
    new CreateSecretCommand({ Name: 'signer', SecretString: JSON.stringify(signerKey) }),
  );
  return {
    ...queueUrls,
    LIGHTERMAIL_RAW_BUCKET: 'lm-raw',
    LIGHTERMAIL_FILES_BUCKET: 'lm-files',
    LIGHTERMAIL_TABLE: 'lm-records',
    LIGHTERMAIL_FALLBACK_TOPIC_ARN: topic.TopicArn ?? '',
    LIGHTERMAIL_ROUTES_PARAMETER: '/lightermail/routes',
    LIGHTERMAIL_LINK_SECRET_ARN: link.ARN ?? '',
    LIGHTERMAIL_LINK_SIGNER_SECRET_ARN: signer.ARN ?? '',
    LIGHTERMAIL_PUBLIC_URL: 'https://links.example.com',
  };
}

describe('awsPlatform against the AWS stand-in', () => {
  let standIn: AwsStandIn;
  let platform: Platform;
  beforeAll(async () => {
    standIn = await startAwsStandIn();
    const { endpoint, region, credentials } = standIn.settings;
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
    vi.stubEnv('AWS_REGION', region);
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
    platform = awsPlatform(readAwsConfig(await deploy(standIn)));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await standIn?.stop();
  });

  it('blobs: what is put is read, and a URL is signed by the link signer', async () => {
    for (const store of [platform.raw, platform.files]) {
      await store.put('a/b c', Buffer.from(store.bucket));
      expect(await buffer((await store.get('a/b c'))!.body)).toEqual(Buffer.from(store.bucket));
    }
    const options = { expiresInSeconds: 604_800, fileName: 'b.txt', contentType: 'text/plain' };
    const { url, expiresAt } = await platform.files.signGet('a/b c', options);
    expect(url).toContain(signerKey.accessKeyId);
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 604_000_000);
    expect(await (await fetch(url)).text()).toBe('lm-files');
  });

  it('queues: each has its own messages and its own dead letters', async () => {
    for (const queue of [platform.inboundQueue, platform.outboundQueue, platform.engagementQueue]) {
      await queue.send([JSON.stringify(queue.name)]);
      const [message] = await queue.receive(10, 5);
      expect(message?.body).toBe(JSON.stringify(queue.name));
      await queue.reject(message!.body, 'ERR_BAD_JOB');
      await queue.acknowledge(message!.receiptHandle);
      expect((await queue.depth()).messageCount).toBe(0);
    }
  });

  it('records, topic, routes and secrets answer', async () => {
    const record = { pk: 'MAIL#1', sk: 'STATE', state: 'received' };
    expect(await platform.store.commit([{ type: 'put', record }])).toEqual({ committed: true });
    expect(await platform.store.read(record)).toEqual(record);
    await platform.fallbackTopic.publish({ subject: 'Mail parked', message: '{}' });
    expect((await platform.routes.routes()).map((route) => route.id)).toEqual(['capture']);
    expect((await platform.secrets.linkSecret()).byteLength).toBe(64);
  });
});
