import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Permission } from './permissions.ts';

interface KeyUse {
  /** The service that uses the key on the caller's behalf. */
  readonly service: 's3' | 'sqs' | 'sns' | 'dynamodb' | 'secretsmanager';
  readonly actions: readonly string[];
}

const read = ['kms:Decrypt'];
/** A producer asks for a data key, and SQS, SNS and S3's uploads in parts check that it can be opened again. */
const write = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html */
const useTable = [
  ...['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
  ...['kms:GenerateDataKey', 'kms:DescribeKey'],
];

/**
 * What an action on an encrypted resource asks of its key, in the caller's name. An action that is not listed touches
 * nothing encrypted.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
const keyUses: Readonly<Record<string, KeyUse>> = {
  's3:GetObject': { service: 's3', actions: read },
  's3:PutObject': { service: 's3', actions: write },
  'sqs:ReceiveMessage': { service: 'sqs', actions: read },
  'sqs:SendMessage': { service: 'sqs', actions: write },
  'sns:Publish': { service: 'sns', actions: write },
  'secretsmanager:GetSecretValue': { service: 'secretsmanager', actions: read },
};

function keyUseOf(action: string): KeyUse | undefined {
  return action.startsWith('dynamodb:') ? { service: 'dynamodb', actions: useTable } : keyUses[action];
}

/**
 * What a role needs of the key that everything is encrypted with: exactly what its other permissions ask for, on that key
 * alone, and only through the services that hold what is encrypted. None when it touches nothing encrypted.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function keyStatement(
  permissions: readonly Pick<Permission, 'actions'>[],
  key: { readonly keyArn: string; readonly region: string },
): readonly PolicyStatementProps[] {
  const uses = permissions.flatMap(({ actions }) => actions.flatMap((action) => keyUseOf(action) ?? []));
  if (uses.length === 0) return [];
  const services = [...new Set(uses.map(({ service }) => service))].sort();
  return [
    {
      actions: [...new Set(uses.flatMap(({ actions }) => actions))].sort(),
      resources: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': services.map((service) => `${service}.${key.region}.amazonaws.com`) },
      },
    },
  ];
}
