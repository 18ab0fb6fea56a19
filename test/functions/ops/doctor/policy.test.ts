import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOpenToAll, judgePolicy, type ServiceCall } from '../../../../functions/ops/doctor/policy.ts';

const topic = 'arn:aws:sns:eu-west-1:123456789012:arrival';
const call: ServiceCall = {
  service: 's3.amazonaws.com',
  action: 'sns:Publish',
  resourceArn: topic,
  sourceArn: 'arn:aws:s3:::raw-bucket',
  sourceAccount: '123456789012',
};
const allowed = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'SNS:Publish', Resource: topic };
const judge = (...statements: readonly object[]) => judgePolicy(JSON.stringify({ Statement: statements }), call);

describe('a policy is judged', () => {
  it.each<[string, string, readonly object[]]>([
    ['allowed', 'by name', [allowed]],
    ['allowed', 'by wildcards', [{ ...allowed, Action: ['sns:*'], Resource: '*' }]],
    [
      'allowed',
      'by a list of services',
      [{ ...allowed, Principal: { Service: ['ses.amazonaws.com', 's3.amazonaws.com'] } }],
    ],
    [
      'allowed',
      'for its account',
      [{ ...allowed, Condition: { StringEquals: { 'AWS:SourceAccount': '123456789012' } } }],
    ],
    ['allowed', 'for its source', [{ ...allowed, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::raw-*' } } }]],
    [
      'allowed',
      'over TLS',
      [
        allowed,
        { ...allowed, Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
    ],
    ['not allowed', 'without a statement', []],
    ['not allowed', 'for another service', [{ ...allowed, Principal: { Service: 'ses.amazonaws.com' } }]],
    ['not allowed', 'for another action', [{ ...allowed, Action: 'sns:Subscribe' }]],
    ['not allowed', 'for another topic', [{ ...allowed, Resource: `${topic}-other` }]],
    [
      'not allowed',
      'for another account',
      [{ ...allowed, Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } } }],
    ],
    [
      'not allowed',
      'for another source',
      [{ ...allowed, Condition: { ArnEquals: { 'aws:SourceArn': ['arn:aws:s3:::other'] } } }],
    ],
    ['denied', 'whatever is allowed', [allowed, { ...allowed, Effect: 'Deny', Principal: '*', Action: '*' }]],
    [
      'unclear',
      'by a condition that is not known here',
      [{ ...allowed, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
    ],
    ['unclear', 'by a deny that is not', [allowed, { Effect: 'Deny', NotPrincipal: { AWS: 'x' }, Action: '*' }]],
    [
      'not allowed',
      'when one condition surely fails, whatever the others',
      [{ ...allowed, Condition: { IpAddress: { 'aws:SourceIp': 'x' }, StringEquals: { 'aws:SourceAccount': '9' } } }],
    ],
  ])('%s: %s', (verdict, _why, statements) => {
    expect(judge(...statements)).toBe(verdict);
  });

  it('as the default policy of SNS is: for the account’s own roles, not for a service', () => {
    const own = {
      ...allowed,
      Principal: { AWS: '*' },
      Condition: { StringEquals: { 'AWS:SourceOwner': '123456789012' } },
    };
    expect(judge(own)).toBe('unclear');
    expect(isOpenToAll(JSON.stringify({ Statement: own }))).toBe(false);
  });

  it('open to all only without a condition', () => {
    for (const Principal of ['*', { AWS: '*' }, { AWS: ['arn:aws:iam::1:root', '*'] }]) {
      expect(isOpenToAll(JSON.stringify({ Statement: [{ ...allowed, Principal }] }))).toBe(true);
    }
    expect(isOpenToAll(undefined)).toBe(false);
    expect(isOpenToAll(JSON.stringify({ Statement: [{ ...allowed, Effect: 'Deny', Principal: '*' }] }))).toBe(false);
  });

  it('never thrown at: what is no policy is unclear', () => {
    expect(judgePolicy(undefined, call)).toBe('not allowed');
    const texts = fc.oneof(fc.string(), fc.json());
    fc.assert(
      fc.property(texts, (text) => {
        expect(['unclear', 'not allowed']).toContain(judgePolicy(text, call));
      }),
    );
  });
});
