import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { LinkSigner } from '../../../infra/aws/link-signer.ts';
import { routesSchema } from '../../../shared/contracts/route.ts';
import { allSettings, onlyResource, resourcesOfType, shown, synthesize } from './synthesized.ts';

const plain = synthesize().pipeline;
const everything = synthesize(allSettings).pipeline;

const all = (type: string) => resourcesOfType(everything, type);
const find = (type: string, idPrefix: string) => onlyResource(everything, type, idPrefix);

function processor(template = everything) {
  const [, role] = onlyResource(template, 'AWS::IAM::Role', 'inboundprocessorRunRole');
  const [, { Properties }] = onlyResource(template, 'AWS::Lambda::Function', 'inboundprocessor');
  const statements: { Action: unknown; Resource: unknown }[] = role.Properties.Policies[0].PolicyDocument.Statement;
  const environment = Object.entries(Properties.Environment.Variables).filter(([name]) => name.includes('SIGNER'));
  const allowed = (action: string) =>
    statements.filter(({ Action }) => Action === action).map((one) => shown(one.Resource));
  return { environment: environment.map(([name, value]) => [name, shown(value)]), allowed };
}

/** What a deployment is warned of, with one presigned route of an hour, one of a week, and one of our own links. */
function warnings(secretArn?: string): readonly string[] {
  const route = { identity: 'mail@example.com', links: 'presigned' };
  const routes = routesSchema.parse([
    { ...route, id: 'hour', address: 'hour@in.example.com', linkExpirySeconds: 3600 },
    { ...route, id: 'week', address: 'week@in.example.com', linkExpirySeconds: 604_800 },
    { ...route, id: 'ours', address: 'ours@in.example.com', links: 'gateway', linkExpirySeconds: 604_800 },
  ]);
  const stack = new Stack(new App(), 'Some');
  const signer = new LinkSigner(stack, 'Signer', { files: new Bucket(stack, 'Files'), routes, secretArn });
  return signer.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data));
}

describe('presigned links without an IAM user’s key', () => {
  it('E1 are signed by a role that the processor assumes and that reads files, nothing else', () => {
    const [id, { Properties }] = onlyResource(plain, 'AWS::IAM::Role', 'LinkSignerRole');
    const { environment, allowed } = processor(plain);

    expect(allowed('sts:AssumeRole')).toEqual([`{${id}}`]);
    expect(environment).toEqual([['LIGHTERMAIL_LINK_SIGNER_ROLE_ARN', `{${id}}`]]);
    const statements = Properties.Policies[0].PolicyDocument.Statement;
    expect(statements).toMatchObject([{ Effect: 'Allow', Action: 's3:GetObject' }]);
    expect(shown(statements[0].Resource)).toMatch(/FilesBucket.*\/files\/\*$/);
  });

  it('let in roles of these stacks alone', () => {
    const [, { Properties }] = onlyResource(plain, 'AWS::IAM::Role', 'LinkSignerRole');
    const [, processorRole] = onlyResource(plain, 'AWS::IAM::Role', 'inboundprocessorRunRole');

    expect(Properties.AssumeRolePolicyDocument.Statement).toMatchObject([
      { Action: 'sts:AssumeRole', Condition: { StringEquals: { 'aws:PrincipalTag/application': 'lightermail' } } },
    ]);
    expect(processorRole.Properties.Tags).toEqual([{ Key: 'application', Value: 'lightermail' }]);
  });

  it('E1 are warned about where a route asks for more than the hour of a session', () => {
    expect(warnings()).toEqual([
      expect.stringMatching(/^route week: .* linkExpirySeconds 604800, .* after at most 3600 s.*linkSignerSecret/),
    ]);
  });
});

describe('presigned links with an IAM user’s key', () => {
  it('are signed by it for up to seven days: the processor alone may read it, no role signs, nothing is warned about', () => {
    const { environment, allowed } = processor();
    const roles = all('AWS::IAM::Role');

    expect(environment).toEqual([['LIGHTERMAIL_LINK_SIGNER_SECRET_ARN', allSettings.linkSignerSecret]]);
    expect(allowed('secretsmanager:GetSecretValue')).toContain(allSettings.linkSignerSecret);
    expect(allowed('sts:AssumeRole')).toEqual([]);
    expect(roles.filter(([id]) => id.startsWith('LinkSigner'))).toEqual([]);
    const readers = roles.filter(([, role]) => JSON.stringify(role).includes(allSettings.linkSignerSecret));
    expect(readers.map(([id]) => id)).toEqual([expect.stringMatching(/^inboundprocessorRunRole/)]);
    expect(warnings(allSettings.linkSignerSecret)).toEqual([]);
  });

  it('say what that user must be allowed to read', () => {
    expect(Object.values(everything.findOutputs('*')).map(({ Value }) => shown(Value))).toContainEqual(
      expect.stringMatching(/FilesBucket.*\/files\/\*$/),
    );
  });
});

describe('malware protection', () => {
  it('is off by default', () => {
    expect(resourcesOfType(plain, 'AWS::GuardDuty::MalwareProtectionPlan')).toEqual([]);
    expect(JSON.stringify(plain.toJSON())).not.toContain('guardduty');
  });

  it('scans what is stored under files/ and tags it, by a role for GuardDuty alone', () => {
    const [, plan] = find('AWS::GuardDuty::MalwareProtectionPlan', 'MalwarePlan');
    const [roleId, role] = find('AWS::IAM::Role', 'MalwareRole');

    expect(shown(plan.Properties.Role)).toBe(`{${roleId}}`);
    expect(plan.Properties.Actions).toEqual({ Tagging: { Status: 'ENABLED' } });
    expect(plan.Properties.ProtectedResource.S3Bucket.ObjectPrefixes).toEqual(['files/']);
    expect(shown(plan.Properties.ProtectedResource.S3Bucket.BucketName)).toMatch(/FilesBucket/);
    expect(role.Properties.AssumeRolePolicyDocument.Statement).toMatchObject([
      { Principal: { Service: 'malware-protection-plan.guardduty.amazonaws.com' } },
    ]);
  });

  it('gives that role what GuardDuty asks for, on this bucket and on its own rules', () => {
    const [, role] = find('AWS::IAM::Role', 'MalwareRole');
    const statements: { Action: string[]; Resource: unknown; Condition?: unknown }[] =
      role.Properties.Policies[0].PolicyDocument.Statement;
    const summary = statements.map(({ Action, Resource }) => [
      [Action].flat().join(' '),
      shown(Resource).replace(/^.*(FilesBucket)\w*\}?/, '$1'),
    ]);

    expect(summary).toEqual([
      [
        'events:PutRule events:DeleteRule events:PutTargets events:RemoveTargets',
        expect.stringMatching(/:rule\/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3\*$/),
      ],
      ['events:DescribeRule events:ListTargetsByRule', expect.stringMatching(/S3\*$/)],
      ['s3:GetBucketNotification s3:PutBucketNotification s3:ListBucket', 'FilesBucket'],
      [
        's3:GetObject s3:GetObjectVersion s3:GetObjectTagging s3:GetObjectVersionTagging s3:PutObjectTagging s3:PutObjectVersionTagging',
        'FilesBucket/files/*',
      ],
      ['s3:PutObject', 'FilesBucket/malware-protection-resource-validation-object'],
    ]);
    expect(statements[0]?.Condition).toEqual({
      StringLike: { 'events:ManagedBy': 'malware-protection-plan.guardduty.amazonaws.com' },
    });
  });

  it('tells results of this bucket to the links queue, and keeps what it cannot deliver for 14 days', () => {
    const [ruleId, { Properties }] = find('AWS::Events::Rule', 'MalwareResults');
    const [undeliveredId, undelivered] = find('AWS::SQS::Queue', 'LinkWorkUndelivered');
    const [queueId] = find('AWS::SQS::Queue', 'LinkWorkQueue');
    const detail = Properties.EventPattern.detail.s3ObjectDetails;

    expect(Properties.EventPattern).toMatchObject({
      source: ['aws.guardduty'],
      'detail-type': ['GuardDuty Malware Protection Object Scan Result'],
    });
    expect(shown(detail.bucketName[0])).toMatch(/FilesBucket/);
    expect(detail.objectKey).toEqual([{ prefix: 'files/' }]);
    expect(shown(Properties.Targets[0].Arn)).toBe(`{${queueId}}`);
    expect(shown(Properties.Targets[0].DeadLetterConfig.Arn)).toBe(`{${undeliveredId}}`);
    expect(undelivered.Properties.MessageRetentionPeriod).toBe(1_209_600);
    for (const id of ['LinkWorkQueuePolicy', 'LinkWorkUndeliveredPolicy']) {
      const [, policy] = find('AWS::SQS::QueuePolicy', id);
      const allowed = policy.Properties.PolicyDocument.Statement.filter(
        ({ Effect }: { Effect: string }) => Effect === 'Allow',
      );
      expect(allowed).toMatchObject([{ Principal: { Service: 'events.amazonaws.com' } }]);
      expect(shown(allowed[0].Condition.ArnEquals['aws:SourceArn'])).toBe(`{${ruleId}}`);
    }
  });

  it('H15 rings when a result could not be delivered', () => {
    const names = all('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.AlarmName);

    expect(names).toContain('Lightermail-Pipeline-links-undelivered');
  });
});
