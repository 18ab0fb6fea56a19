import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { allSettings, countsOf, resourcesOf, resourcesOfType, shown, synthesize } from './synthesized.ts';
import { ephemeralSettings } from './variants.ts';

const { data, pipeline } = synthesize();

const only = (type: string, template = data) => resourcesOfType(template, type);

describe('the data stack', () => {
  it('holds these resources and no others', () => {
    expect(countsOf(data)).toEqual({
      'AWS::DynamoDB::Table': 1,
      'AWS::S3::Bucket': 2,
      'AWS::S3::BucketPolicy': 2,
      'AWS::SecretsManager::Secret': 1,
      'AWS::SNS::Topic': 1,
      'AWS::SNS::TopicPolicy': 1,
    });
  });

  it('keeps every store when the stack goes', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret']) {
      data.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  it('encrypts every bucket, closes it to the public, and refuses what does not come over TLS', () => {
    data.allResourcesProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    data.allResourcesProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      }),
    });
  });

  it('forgets raw mail, its old versions and broken uploads', () => {
    data.hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: Match.anyValue(),
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'forget-raw-mail',
            Status: 'Enabled',
            ExpirationInDays: 14,
            NoncurrentVersionExpiration: { NoncurrentDays: 14 },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          },
        ],
      },
    });
  });

  it('B6 forgets attachments, outgoing mail and the parts of broken uploads', () => {
    data.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [
          { Id: 'forget-files', Status: 'Enabled', Prefix: 'files/', ExpirationInDays: 14 },
          { Id: 'forget-outgoing-mail', Status: 'Enabled', Prefix: 'mime/', ExpirationInDays: 30 },
          { Id: 'abort-uploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
        ],
      },
    });
  });

  it('lets SES alone write raw mail, for the rules of our rule set in this account', () => {
    const [, policy] = only('AWS::S3::BucketPolicy').find(([id]) => id.startsWith('RawBucket'))!;
    const statements = policy.Properties.PolicyDocument.Statement.filter(({ Sid }: { Sid?: string }) => Sid);

    expect(statements.map(shown).length).toBe(2);
    expect(statements[0]).toMatchObject({
      Effect: 'Allow',
      Action: 's3:PutObject',
      Principal: { Service: 'ses.amazonaws.com' },
    });
    expect(shown(statements[0].Resource)).toMatch(/^\{RawBucket\w+\}\/raw\/\*$/);
    expect(shown(statements[0].Condition.StringEquals['aws:SourceAccount'])).toBe('{AccountId}');
    expect(shown(statements[0].Condition.ArnLike['aws:SourceArn'])).toBe(
      'arn:{Partition}:ses:{Region}:{AccountId}:receipt-rule-set/lightermail:receipt-rule/*',
    );
    expect(statements[1]).toMatchObject({
      Effect: 'Deny',
      Action: 's3:PutObject',
      Principal: '*',
      Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
    });
    expect(shown(statements[1].Resource)).toBe(shown(statements[0].Resource));
  });

  it('tells the arrival topic of every object under raw/, after the topic lets S3 publish', () => {
    const [topicPolicyId, topicPolicy] = only('AWS::SNS::TopicPolicy')[0]!;
    const [, bucket] = only('AWS::S3::Bucket').find(([id]) => id.startsWith('RawBucket'))!;

    expect(bucket.Properties.NotificationConfiguration.TopicConfigurations).toMatchObject([
      { Event: 's3:ObjectCreated:*', Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'raw/' }] } } },
    ]);
    expect(bucket.DependsOn).toContain(topicPolicyId);
    expect(JSON.stringify(topicPolicy.Properties)).toContain('"Service":"s3.amazonaws.com"');
    expect(JSON.stringify(topicPolicy.Properties)).toContain(':s3:::lightermail-data*');
    expect(JSON.stringify(topicPolicy.Properties)).toContain('"aws:SourceAccount":{"Ref":"AWS::AccountId"}');
  });

  it('keeps records by pk and sk, paid by use, with a time to live and a way back in time', () => {
    data.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    data.hasResourceProperties('AWS::SecretsManager::Secret', { GenerateSecretString: { PasswordLength: 64 } });
  });
});

describe('the receipt rules', () => {
  it('take mail over TLS only, scan it, and write it under the prefix of its route', () => {
    pipeline.hasResourceProperties('AWS::SES::ReceiptRule', {
      RuleSetName: 'lightermail',
      Rule: {
        Enabled: true,
        TlsPolicy: 'Require',
        ScanEnabled: true,
        Recipients: ['capture@in.example.com'],
        Actions: [{ S3Action: { ObjectKeyPrefix: 'raw/default/' } }],
      },
    });
  });

  it('stand before the rule set is activated, and after the queue hears of arrivals', () => {
    const [, rule] = only('AWS::SES::ReceiptRule', pipeline)[0]!;
    const [, active] = only('Custom::LightermailActiveRuleSet', pipeline)[0]!;
    const arrivals = only('AWS::SNS::Subscription', pipeline).filter(([id]) => id.startsWith('Inbound'));

    expect(arrivals.length).toBe(1);
    expect(rule.DependsOn).toContain(arrivals[0]?.[0]);
    expect(active.DependsOn).toEqual(
      expect.arrayContaining([expect.stringMatching(/^RulesRuleSet/), expect.stringMatching(/^RulesRuledefault/)]),
    );
  });

  it('never take over unasked: the custom resource gets what the settings say', () => {
    pipeline.hasResourceProperties('Custom::LightermailActiveRuleSet', {
      ruleSetName: 'lightermail',
      takeOver: 'false',
    });
    synthesize({
      recipient: 'a@in.example.com',
      sender: 'b@example.com',
      allowedSenders: '*@c.example',
      takeOver: 'true',
    }).pipeline.hasResourceProperties('Custom::LightermailActiveRuleSet', { takeOver: 'true' });
  });
});

describe('an existing bucket, rule set and configuration set', () => {
  const made = synthesize(allSettings);

  it('are used as they are: none is made, and nothing is activated', () => {
    expect(countsOf(made.data)).toMatchObject({ 'AWS::S3::Bucket': 1, 'Custom::S3BucketNotifications': 1 });
    expect(countsOf(made.pipeline)).toMatchObject({ 'AWS::SES::ConfigurationSet': 1, 'AWS::SES::ReceiptRule': 1 });
    expect(countsOf(made.pipeline)).not.toHaveProperty('AWS::SES::ReceiptRuleSet');
    expect(countsOf(made.pipeline)).not.toHaveProperty('Custom::LightermailActiveRuleSet');
  });

  it('get our rule, our prefix, our notification and our event destination', () => {
    made.pipeline.hasResourceProperties('AWS::SES::ReceiptRule', {
      RuleSetName: 'their-rules',
      Rule: { Actions: [{ S3Action: { BucketName: 'mail-bucket', ObjectKeyPrefix: 'mail/raw/default/' } }] },
    });
    made.data.hasResourceProperties('Custom::S3BucketNotifications', {
      BucketName: 'mail-bucket',
      NotificationConfiguration: {
        TopicConfigurations: [{ Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'mail/raw/' }] } } }],
      },
    });
    made.pipeline.hasResourceProperties('AWS::SES::ConfigurationSetEventDestination', {
      ConfigurationSetName: 'theirs',
    });
  });

  it("tell what the bucket's policy must hold", () => {
    const [output] = Object.values(made.data.findOutputs('RawBucketPolicyStatements'));

    expect(shown(output?.Value)).toContain('receipt-rule-set/their-rules:receipt-rule/*');
    expect(shown(output?.Value)).toContain(':s3:::mail-bucket/mail/raw/*');
  });
});

const trial = synthesize({ ...ephemeralSettings, logRetentionDays: '7' });

const keptTypes = (template: typeof data) =>
  Object.values(resourcesOf(template)).flatMap((resource) =>
    'DeletionPolicy' in resource && resource.DeletionPolicy !== 'Delete' ? [resource.Type] : [],
  );

describe('an ephemeral installation', () => {
  it('keeps nothing when its stacks go, and empties its buckets before', () => {
    expect(keptTypes(trial.data)).toEqual([]);
    expect(keptTypes(trial.pipeline)).toEqual([]);
    for (const type of ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret'])
      trial.data.allResources(type, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    expect(countsOf(trial.data)).toEqual({
      ...countsOf(data),
      'AWS::IAM::Role': 1,
      'AWS::Lambda::Function': 1,
      'Custom::S3AutoDeleteObjects': 2,
    });
    expect(countsOf(trial.pipeline)).toEqual(countsOf(pipeline));
  });

  it('pays for no way back in time, and forgets its logs after three days', () => {
    trial.data.hasResourceProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
    });
    trial.pipeline.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 3 });
  });
});
