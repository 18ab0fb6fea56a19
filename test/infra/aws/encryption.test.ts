import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { readAwsSettings } from '../../../infra/aws/settings.ts';
import { functions } from '../../../infra/topology.ts';
import {
  leastSettings,
  onlyResource,
  type Resource,
  resourcesOf,
  resourcesOfType,
  shown,
  synthesize,
  twoRegions,
} from './synthesized.ts';
import { existingKeySettings, keySettings } from './variants.ts';

const plain = synthesize();
const own = synthesize(keySettings);
const apart = synthesize({ ...twoRegions.settings, kms: 'true' }, twoRegions.home);
const theirs = synthesize(existingKeySettings);

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal: { readonly Service?: string };
  readonly Action: string | string[];
  readonly Resource: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: a template is free-form JSON
  readonly Condition?: any;
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
const everything = ({ data, pipeline, webhook }: typeof own) =>
  [data, pipeline, ...(webhook === undefined ? [] : [webhook])].flatMap((one) => Object.entries(resourcesOf(one)));

/** What each kind of resource says of its key. */
const keyOf: Readonly<Record<string, (properties: Resource['Properties']) => unknown>> = {
  'AWS::S3::Bucket': ({ BucketEncryption }) =>
    BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID,
  'AWS::DynamoDB::Table': ({ SSESpecification }) => SSESpecification.KMSMasterKeyId,
  'AWS::SQS::Queue': ({ KmsMasterKeyId }) => KmsMasterKeyId,
  'AWS::SNS::Topic': ({ KmsMasterKeyId }) => KmsMasterKeyId,
  'AWS::Logs::LogGroup': ({ KmsKeyId }) => KmsKeyId,
};

function keyPolicy({ data }: { data: Template }): Statement[] {
  return onlyResource(data, 'AWS::KMS::Key', 'Encryption')[1].Properties.KeyPolicy.Statement;
}

/** The statement of a role about the key. */
function keyUse(template: Template, idPrefix: string): Statement | undefined {
  const [, role] = onlyResource(template, 'AWS::IAM::Role', idPrefix);
  const statements: Statement[] = role.Properties.Policies[0].PolicyDocument.Statement;
  const about = statements.filter(({ Action }) => list(Action).some((one) => one.startsWith('kms:')));
  expect(about.length).toBeLessThan(2);
  return about[0];
}

describe('encryption with a key of one’s own', () => {
  it('covers every bucket, table, queue, topic and log group, and the link secret, whoever makes them', () => {
    const [keyId, key] = onlyResource(own.data, 'AWS::KMS::Key', 'Encryption');
    expect(key.Properties.EnableKeyRotation).toBe(true);
    const kinds = everything(own).filter(([, { Type }]) => Type in keyOf);
    expect(kinds.length).toBeGreaterThan(25);
    for (const [id, { Type, Properties }] of kinds) {
      expect([id, shown(keyOf[Type]?.(Properties))]).toEqual([id, expect.stringContaining(keyId)]);
    }
    const [, secret] = onlyResource(own.data, 'AWS::SecretsManager::Secret', 'LinkSecret');
    expect(shown(secret.Properties.KmsKeyId)).toContain(keyId);
    for (const [, { Properties }] of resourcesOfType(own.pipeline, 'AWS::SQS::Queue'))
      expect(Properties.SqsManagedSseEnabled).toBe(false);
    for (const [, { Properties }] of resourcesOfType(own.data, 'AWS::S3::Bucket'))
      expect(Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].BucketKeyEnabled).toBe(true);
  });

  it('B8 H15 never uses a key that AWS manages for SNS or SQS: alarms, S3 and SES could not publish with it', () => {
    for (const made of [plain, own, apart, theirs]) {
      for (const [, { Type, Properties }] of everything(made)) {
        if (Type !== 'AWS::SNS::Topic' && Type !== 'AWS::SQS::Queue') continue;
        expect(shown(Properties.KmsMasterKeyId ?? '')).not.toContain('alias/');
      }
    }
    for (const [, { Properties }] of resourcesOfType(plain.pipeline, 'AWS::SNS::Topic'))
      expect(Properties).not.toHaveProperty('KmsMasterKeyId');
  });

  it('is kept when the stack goes, but not for a trial', () => {
    own.data.allResources('AWS::KMS::Key', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    const trial = synthesize({ ...leastSettings, kms: 'true', ephemeral: 'true' }).data;
    trial.allResources('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
  });
});

describe('the policy of the key', () => {
  const services = (statements: readonly Statement[]) =>
    statements
      .filter(({ Principal }) => Principal.Service !== undefined)
      .map(({ Sid, Principal, Condition }) => [
        Sid,
        shown(Principal.Service),
        shown(Condition?.StringEquals?.['aws:SourceAccount'] ?? 'none'),
        shown(Condition?.ArnLike?.['aws:SourceArn'] ?? 'none'),
      ]);
  const ofAccount = (service: string, rest: string) => `arn:{Partition}:${service}:{Region}:{AccountId}:${rest}`;

  it('A22 H15 lets in the services that publish, deliver and ring, each for this account and its own resources', () => {
    expect(services(keyPolicy(own))).toEqual([
      ['S3TellsOfArrivals', 's3.amazonaws.com', '{AccountId}', 'arn:{Partition}:s3:::lightermail-data*'],
      [
        'SesWritesRawMail',
        'ses.amazonaws.com',
        '{AccountId}',
        ofAccount('ses', 'receipt-rule-set/lightermail:receipt-rule/*'),
      ],
      ['SesTellsOfEmails', 'ses.amazonaws.com', '{AccountId}', ofAccount('ses', 'configuration-set/*')],
      ['TopicsFillQueues', 'sns.amazonaws.com', '{AccountId}', ofAccount('sns', '*')],
      ['AlarmsRing', 'cloudwatch.amazonaws.com', '{AccountId}', ofAccount('cloudwatch', 'alarm:*')],
      ['ScansTellResults', 'events.amazonaws.com', 'none', 'none'],
      ['LogsAreKept', 'logs.{Region}.amazonaws.com', 'none', 'none'],
    ]);
    const logs = keyPolicy(own).find(({ Sid }) => Sid === 'LogsAreKept');
    expect(shown(logs?.Condition.ArnLike['kms:EncryptionContext:aws:logs:arn'])).toBe(ofAccount('logs', 'log-group:*'));
  });

  it('has a statement for every service that publishes to a topic or fills a queue', () => {
    const allowed = new Set(keyPolicy(own).map(({ Principal }) => shown(Principal.Service ?? '')));
    const policies = everything(own).filter(([, { Type }]) => /::(?:Topic|Queue)Policy$/.test(Type));
    const publishers = policies.flatMap(([, { Properties }]) =>
      (Properties.PolicyDocument.Statement as Statement[]).flatMap(({ Principal }) => Principal.Service ?? []),
    );
    expect(new Set(publishers).size).toBe(5);
    for (const service of publishers) expect(allowed).toContain(service);
  });

  it('lets SES in for raw mail by its role alone where it receives in another region', () => {
    const sids = keyPolicy(apart).map(({ Sid }) => Sid);
    expect(sids).not.toContain('SesWritesRawMail');
    expect(sids).toContain('SesTellsOfEmails');
    expect(sids).not.toContain('ScansTellResults');
    const use = keyUse(apart.data, 'RawWriter');
    expect(use?.Action).toEqual(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']);
    expect(use?.Condition).toEqual({ StringEquals: { 'kms:ViaService': 's3.ap-southeast-1.amazonaws.com' } });
    expect(shown(use?.Resource)).toContain('EncryptionKey');
    for (const { Type, Properties } of Object.values(resourcesOf(apart.receiving ?? apart.data))) {
      if (Type === 'AWS::Logs::LogGroup') expect(Properties).not.toHaveProperty('KmsKeyId');
    }
  });

  it('of an existing key is told, and stays its owner’s', () => {
    expect(resourcesOfType(theirs.data, 'AWS::KMS::Key')).toEqual([]);
    const [, topic] = onlyResource(theirs.data, 'AWS::SNS::Topic', 'RawArrival');
    expect(topic.Properties.KmsMasterKeyId).toBe(existingKeySettings.kmsKeyArn);
    const outputs = theirs.data.findOutputs('*');
    const [told] = Object.entries(outputs).flatMap(([id, { Value }]) =>
      /KeyPolicyStatements/.test(id) ? [Value] : [],
    );
    for (const { Sid } of keyPolicy(own)) if (Sid !== undefined) expect(shown(told)).toContain(Sid);
  });
});

describe('the roles', () => {
  it.each(Object.keys(functions))('%s: uses that key alone, through the services that it calls', (name) => {
    const use = keyUse(own.pipeline, `${name.replaceAll('-', '')}RunRole`);
    expect(shown(use?.Resource)).toMatch(/EncryptionKey/);
    expect(JSON.stringify(use?.Action)).not.toContain('*');
    expect(
      `${list(use?.Action ?? '').join(' ')} via ${list(use?.Condition.StringEquals['kms:ViaService']).map(shown).join(' ')}`,
    ).toMatchSnapshot();
    expect(keyUse(plain.pipeline, `${name.replaceAll('-', '')}RunRole`)).toBeUndefined();
  });

  it('of the console, and of the HTTPS subscriber, use it for what they reach and not more', () => {
    const via = (use: Statement | undefined) =>
      list(use?.Condition.StringEquals['kms:ViaService']).map(shown).join(' ');
    expect(via(keyUse(own.pipeline, 'ConsoleRunRole'))).toBe(
      'dynamodb.{Region}.amazonaws.com s3.{Region}.amazonaws.com',
    );
    const webhook = keyUse(own.webhook ?? own.data, 'WebhookTaskRole');
    expect([via(webhook), webhook?.Action]).toEqual([
      'sqs.{Region}.amazonaws.com',
      ['kms:Decrypt', 'kms:GenerateDataKey'],
    ]);
  });

  it('of GuardDuty and of presigned links may read what they read encrypted', () => {
    expect(keyUse(own.pipeline, 'MalwareRole')?.Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
    expect(keyUse(own.pipeline, 'LinkSigner')?.Action).toBe('kms:Decrypt');
  });
});

describe('the settings kms and kmsKeyArn', () => {
  const arn = existingKeySettings.kmsKeyArn;
  it.each([
    ['an alias', { kmsKeyArn: 'alias/mail' }, 'eu-west-1', /^kmsKeyArn is set: must be the ARN of a symmetric KMS key/],
    ['a key elsewhere', { kmsKeyArn: arn }, 'us-east-1', /^kmsKeyArn is .*: must be a key in .* us-east-1$/],
    ['both', { kms: 'true', kmsKeyArn: arn }, 'eu-west-1', /^kms is "true": must not be given together with kmsKeyArn/],
  ])('refuse %s', (_, extra, home, expected) => {
    expect(() => readAwsSettings({ ...leastSettings, ...extra }, home)).toThrow(expected);
  });
});
