import { describe, expect, it } from 'vitest';
import { receivingRegions } from '../../../infra/aws/receiving-regions.ts';
import { readAwsSettings } from '../../../infra/aws/settings.ts';
import { MailError } from '../../../shared/errors/mail-error.ts';
import {
  allSettings,
  countsOf,
  leastSettings,
  onlyResource,
  resourcesOf,
  resourcesOfType,
  shown,
  synthesize,
  twoRegions,
} from './synthesized.ts';

const { stacks, data, pipeline, receiving } = synthesize(twoRegions.settings, twoRegions.home);
if (receiving === undefined) throw new Error('no stack for receiving');
const existing = synthesize({ ...allSettings, sesRegion: 'eu-west-1' }, twoRegions.home);

const bucketName = /^lightermaildata-raw-[0-9a-f]{8}-\{AccountId\}-ap-southeast-1$/;
const roleArn = /^arn:\{Partition\}:iam::\{AccountId\}:role\/LightermailData-Raw-Writer-[0-9A-F]{8}-ap-southeast-1$/;
const ruleArn = 'arn:{Partition}:ses:eu-west-1:{AccountId}:receipt-rule-set/lightermail:receipt-rule/*';

describe('mail received in another region', () => {
  it('has the rules and what activates them there, and nothing else', () => {
    expect(stacks.receiving?.region).toBe('eu-west-1');
    expect(countsOf(receiving)).toEqual({
      'AWS::IAM::Role': 1,
      'AWS::Lambda::Function': 1,
      'AWS::Logs::LogGroup': 1,
      'AWS::SES::ReceiptRule': 1,
      'AWS::SES::ReceiptRuleSet': 1,
      'Custom::LightermailActiveRuleSet': 1,
    });
  });

  it('has everything else at home, where nothing receives', () => {
    expect([stacks.data.region, stacks.pipeline.region]).toEqual(['ap-southeast-1', 'ap-southeast-1']);
    const counts = { ...countsOf(pipeline), ...countsOf(data) };
    expect(Object.keys(counts).filter((type) => /Receipt|^Custom/.test(type))).toEqual([]);
    expect(counts).toMatchObject({ 'AWS::S3::Bucket': 2, 'AWS::SES::ConfigurationSet': 2, 'AWS::SQS::Queue': 10 });
    const [, source] = onlyResource(pipeline, 'AWS::SNS::TopicPolicy', 'ConfigurationSetsEvents');
    expect(shown(source.Properties.PolicyDocument.Statement[1].Condition.ArnLike['aws:SourceArn'])).toContain(
      ':ses:ap-southeast-1:',
    );
  });

  it('is carried by names alone: no stack imports of another region, and no custom resource reads one', () => {
    const text = JSON.stringify(receiving.toJSON());
    expect(text).not.toContain('Fn::ImportValue');
    expect(text).not.toMatch(/ExportReader|ExportsWriter/);
    expect(JSON.stringify([data.toJSON(), pipeline.toJSON()])).not.toMatch(/ExportReader|ExportsWriter/);
  });

  it('is written by SES into the bucket at home, whose name and role say both regions the same', () => {
    const [, bucket] = onlyResource(data, 'AWS::S3::Bucket', 'RawBucket');
    const [, role] = onlyResource(data, 'AWS::IAM::Role', 'RawWriter');
    const [, rule] = onlyResource(receiving, 'AWS::SES::ReceiptRule', 'Rule');
    const { S3Action } = rule.Properties.Rule.Actions[0];

    expect(shown(bucket.Properties.BucketName)).toMatch(bucketName);
    expect(shown(S3Action.BucketName)).toBe(shown(bucket.Properties.BucketName));
    expect(S3Action.ObjectKeyPrefix).toBe('raw/default/');
    expect(shown(S3Action.IamRoleArn)).toMatch(roleArn);
    expect(shown(S3Action.IamRoleArn).endsWith(`role/${role.Properties.RoleName}`)).toBe(true);
    expect(role.Properties.RoleName.length).toBeLessThanOrEqual(64);
  });

  it('is written by nobody but that role, which SES alone takes on, for our rules in its region', () => {
    const [, role] = onlyResource(data, 'AWS::IAM::Role', 'RawWriter');
    const [trust] = role.Properties.AssumeRolePolicyDocument.Statement;
    const [write, ...more] = role.Properties.Policies[0].PolicyDocument.Statement;
    const [, policy] = onlyResource(data, 'AWS::S3::BucketPolicy', 'RawBucket');
    const [allow, deny] = policy.Properties.PolicyDocument.Statement.filter(({ Sid }: { Sid?: string }) => Sid);

    expect(trust).toMatchObject({ Action: 'sts:AssumeRole', Principal: { Service: 'ses.amazonaws.com' } });
    expect(shown(trust.Condition.StringEquals['aws:SourceAccount'])).toBe('{AccountId}');
    expect(shown(trust.Condition.ArnLike['aws:SourceArn'])).toBe(ruleArn);
    expect(more).toEqual([]);
    expect([write.Action, shown(write.Resource)]).toEqual([
      's3:PutObject',
      expect.stringMatching(/^\{RawBucket\w+\}\/raw\/\*$/),
    ]);
    expect(shown(write.Condition.StringEquals['s3:ResourceAccount'])).toBe('{AccountId}');
    expect(shown(allow.Principal.AWS)).toMatch(roleArn);
    expect([deny.Effect, deny.Action, deny.Principal]).toEqual(['Deny', 's3:PutObject', '*']);
    expect(deny.Condition.Bool).toEqual({ 'aws:PrincipalIsAWSService': 'false' });
    expect(shown(deny.Condition.ArnNotEquals['aws:PrincipalArn'])).toMatch(roleArn);
  });

  it('is told by the bucket of this name alone', () => {
    const [, policy] = onlyResource(data, 'AWS::SNS::TopicPolicy', 'RawArrival');
    const source = policy.Properties.PolicyDocument.Statement.find(
      ({ Sid }: { Sid?: string }) => Sid === 'ServicePublishes',
    );
    expect(shown(source.Condition.ArnLike['aws:SourceArn']).replace('arn:{Partition}:s3:::', '')).toMatch(bucketName);
  });

  it('comes in last: the bucket and the queue that hears of it stand before the rules', () => {
    expect(stacks.receiving?.dependencies).toContain(stacks.pipeline);
    expect(stacks.pipeline.dependencies).toContain(stacks.data);
  });

  it("is believed of that region's SES alone, and its MX record names that region", () => {
    for (const [, { Properties }] of resourcesOfType(pipeline, 'AWS::Lambda::Function'))
      expect(Properties.Environment.Variables.LIGHTERMAIL_SES_REGION).toBe('eu-west-1');
    const exchanger = 'in.example.com MX 10 inbound-smtp.eu-west-1.amazonaws.com';
    expect(pipeline.findOutputs('DnsMx1').DnsMx1?.Value).toBe(exchanger);
  });

  it('takes an existing bucket and rule set, and bounds its roles too', () => {
    const [, rule] = onlyResource(existing.receiving ?? data, 'AWS::SES::ReceiptRule', 'Rule');
    expect(rule.Properties).toMatchObject({
      RuleSetName: 'their-rules',
      Rule: { Actions: [{ S3Action: { BucketName: 'mail-bucket', ObjectKeyPrefix: 'mail/raw/default/' } }] },
    });
    expect(Object.keys(resourcesOf(existing.receiving ?? data)).length).toBe(1);
    const [, role] = onlyResource(existing.data, 'AWS::IAM::Role', 'RawWriter');
    expect(shown(role.Properties.PermissionsBoundary)).toContain('policy/Edge');
    expect(shown(Object.values(existing.data.findOutputs('RawBucketPolicyStatements'))[0]?.Value)).toContain(
      'LightermailData-Raw-Writer',
    );
  });
});

describe('the setting sesRegion', () => {
  const faults = (sesRegion: string | undefined, home?: string) => {
    try {
      readAwsSettings({ ...leastSettings, ...(sesRegion === undefined ? {} : { sesRegion }) }, home);
    } catch (error) {
      if (error instanceof MailError && error.code === 'ERR_SETTING') return error.message.split('\n');
      throw error;
    }
    return [];
  };

  it.each([
    ['a region that is none', 'Ireland', 'me-central-1', /^sesRegion is "Ireland": must be an AWS region/],
    ['a region without receiving', 'me-central-1', 'eu-west-1', /^sesRegion is "me-central-1": .*receives mail: af-/],
    ['an own region that is not known', 'eu-west-1', undefined, /^sesRegion is "eu-west-1": must be given together/],
    ['the own region', 'eu-west-1', 'eu-west-1', /^sesRegion is "eu-west-1": must be another region/],
    [
      'an own region without receiving, alone',
      undefined,
      'me-central-1',
      /^sesRegion is not set: .*me-central-1 is not/,
    ],
  ])('refuses %s in one line', (_, sesRegion, home, expected) => {
    expect(faults(sesRegion, home)).toEqual([expect.stringMatching(expected)]);
  });

  it('may be left out wherever SES receives, and where the region is not known', () => {
    for (const home of [...receivingRegions, undefined]) expect(faults(undefined, home)).toEqual([]);
  });
});
