import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import {
  createDynamoClient,
  createS3Client,
  createSecretsManagerClient,
  createSnsClient,
  createSqsClient,
  createSsmClient,
} from '../../shared/adapters/aws/aws-clients.ts';
import { makeQueue } from '../shared/adapters/aws/queue-stand-in.ts';
import type { AwsStandIn } from './aws-stand-in.ts';

export const signerKey = {
  accessKeyId: 'AKIASIGNEREXAMPLE000',
  secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY',
};

/** Makes at the stand-in what the stacks make on AWS, and gives the environment that they set. */
export async function makeInstallation({ settings }: AwsStandIn): Promise<Record<string, string>> {
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
