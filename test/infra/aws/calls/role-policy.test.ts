import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { allowing, grantsOf } from './role-policy.ts';
import { templateValues } from './template-values.ts';
import { toWireCall, type WireRequest } from './wire-calls.ts';

const account = { region: 'eu-west-1', accountId: '123456789012' };
const statement = (Action: unknown, Resource: unknown, Condition?: unknown) => ({
  Effect: 'Allow',
  ...{ Action, Resource },
  ...(Condition === undefined ? {} : { Condition }),
});

function roleOf(...statements: readonly object[]) {
  const template = Template.fromJSON({
    Resources: {
      Files: { Type: 'AWS::S3::Bucket', Properties: {} },
      Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement: statements } }] } },
    },
  });
  return grantsOf(template, templateValues([template], { ...account, endpoint: 'http://localhost' }), 'Role');
}

describe('allowing', () => {
  const objects = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Files', 'Arn'] }, '/files/*']] };

  it('finds the grant of a call by action and resource, and none for a call beyond it', () => {
    const grants = roleOf(statement(['s3:GetObject', 's3:PutObject'], objects));

    const allows = (action: string, arn: string) => allowing(grants, { action, anyOf: [arn] }).length;
    expect(allows('s3:GetObject', 'arn:aws:s3:::files/files/a/b')).toBe(1);
    expect(allows('s3:GetObject', 'arn:aws:s3:::files/mime/a')).toBe(0);
    expect(allows('s3:DeleteObject', 'arn:aws:s3:::files/files/a')).toBe(0);
  });

  it('asks the conditions: a key that the call does not bring is refused', () => {
    const grants = roleOf(
      statement('ses:SendEmail', '*', { StringEqualsIgnoreCase: { 'ses:FromAddress': ['N@example.com'] } }),
    );

    const allows = (context?: Record<string, string>) =>
      allowing(grants, { action: 'ses:SendEmail', anyOf: ['any'], ...(context && { context }) }).length;
    expect(allows({ 'ses:FromAddress': 'n@example.com' })).toBe(1);
    expect(allows({ 'ses:FromAddress': 'x@example.com' })).toBe(0);
    expect(allows()).toBe(0);
  });

  it('refuses to judge what it does not understand', () => {
    expect(() => roleOf({ ...statement('s3:GetObject', '*'), Effect: 'Deny' })).toThrow('denial');
    expect(() => roleOf(statement('s3:GetObject', { 'Fn::Select': [0, []] }))).toThrow('Fn::Select');
    const odd = roleOf(statement('s3:GetObject', '*', { IpAddress: { 'aws:SourceIp': '192.0.2.1' } }));
    expect(() => allowing(odd, { action: 's3:GetObject', anyOf: ['any'] })).toThrow('IpAddress');
  });
});

describe('toWireCall', () => {
  const signed = (service: string, more: Partial<WireRequest>) =>
    toWireCall(
      {
        ...{ method: 'POST', path: '/', body: Buffer.alloc(0), status: 200, answerBytes: 0 },
        ...more,
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host`,
          ...more.headers,
        },
      },
      account,
    );

  it('reads a transaction as the actions of its parts', () => {
    const body = Buffer.from(
      JSON.stringify({ TransactItems: [{ Put: { TableName: 't' } }, { ConditionCheck: { TableName: 't' } }] }),
    );
    const call = signed('dynamodb', { body, headers: { 'x-amz-target': 'DynamoDB_20120810.TransactWriteItems' } });

    expect(call.needs.map(({ action }) => action)).toEqual(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem']);
  });

  it('asks for s3:ListBucket where an object is not there', () => {
    const call = signed('s3', { method: 'HEAD', path: '/bucket/files/a', status: 404 });

    expect(call.needs).toEqual([
      { action: 's3:GetObject', anyOf: ['arn:aws:s3:::bucket/files/a'] },
      { action: 's3:ListBucket', anyOf: ['arn:aws:s3:::bucket'] },
    ]);
  });

  it('refuses a service, an operation and a signature that it does not know', () => {
    expect(() => signed('kinesis', {})).toThrow('kinesis');
    expect(() => signed('s3', { method: 'PATCH', path: '/bucket/a' })).toThrow('PATCH');
    expect(() => signed('ses', { method: 'GET', path: '/v2/email/account' })).toThrow('/v2/email/account');
    expect(() =>
      toWireCall(
        { method: 'GET', path: '/', headers: {}, body: Buffer.alloc(0), status: 200, answerBytes: 0 },
        account,
      ),
    ).toThrow('unsigned');
  });
});
