import { describe, expect, it } from 'vitest';
import { type Permission, permissions } from '../../../infra/aws/permissions.ts';
import { allSettings, type Resource, resourcesOf, shown, synthesize } from './synthesized.ts';

const { data, pipeline } = synthesize();
const everything = synthesize(allSettings);

const roles = Object.entries(resourcesOf(pipeline)).filter(([, { Type }]) => Type === 'AWS::IAM::Role');

/** The signer of presigned links is there as a role by default, so the key of a user is not. */
const isMade = ({ on }: Permission) => !on.includes('linkSignerSecret');

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

function statementsOf([, role]: [string, Resource]): Statement[] {
  return role.Properties.Policies.flatMap(
    ({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }) => PolicyDocument.Statement,
  );
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Every statement of a role as `actions on resources`, its generated names cut. */
function policyOf(name: string): string[] {
  const role = roles.find(([id]) => id.startsWith(`${name.replaceAll('-', '')}RunRole`))!;
  return statementsOf(role).map(({ Action, Resource }) => {
    const resources = list(Resource).map((one) =>
      shown(one).replace(/(?:Queue)?(?:Topic)?(?:Bucket)?[0-9A-F]{8}(?:Arn[0-9A-F]{8}|[0-9A-F]{8})?\}/g, '}'),
    );
    return `${list(Action)
      .map((one) => one.replace(/^\w+:/, ''))
      .join(' ')} on ${resources.join(' ')}`;
  });
}

describe('roles', () => {
  it('have one inline policy each and no managed one, and nothing is added to them elsewhere', () => {
    for (const [, { Properties }] of roles) {
      expect(Properties.Policies.length).toBe(1);
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    }
    pipeline.resourceCountIs('AWS::IAM::Policy', 0);
  });

  it('are those of functions, and the one that signs links', () => {
    const trusted = roles.map(([id, { Properties }]) => [
      id.replace(/Role.*/, ''),
      Object.keys(Properties.AssumeRolePolicyDocument.Statement[0].Principal)[0],
    ]);

    expect(trusted.filter(([, kind]) => kind !== 'Service')).toEqual([['LinkSigner', 'AWS']]);
  });

  it('name what they are about: the active rule set and traces alone have no resource to name', () => {
    const traces = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
    const wide = roles.flatMap((role) =>
      statementsOf(role)
        .filter(({ Resource }) => list(Resource).includes('*'))
        .map(({ Action }) => [role[0].replace(/Role.*/, ''), Action]),
    );

    expect(wide).toEqual([
      ...Object.keys(permissions).map((name) => [`${name.replaceAll('-', '')}Run`, traces]),
      [
        'ActiveRuleSetSwitch',
        ['ses:DescribeActiveReceiptRuleSet', 'ses:SetActiveReceiptRuleSet', 'ses:DescribeReceiptRuleSet'],
      ],
    ]);
    for (const role of roles) {
      for (const { Action, Effect } of statementsOf(role)) {
        expect(Effect).toBe('Allow');
        expect(list(Action).join(' ')).not.toContain('*');
      }
    }
  });

  it('allow as many statements as the permissions name, the log and the traces', () => {
    for (const [name, all] of Object.entries(permissions))
      expect(policyOf(name).length).toBe(all.filter(isMade).length + 2);
  });

  it.each([
    ['inbound-processor'],
    ['outbound-relay'],
    ['engagement-recorder'],
    ['due-sweeper'],
    ['link-gateway'],
    ['reconciler'],
  ])('%s: allows exactly this', (name) => {
    expect(policyOf(name)).toMatchSnapshot();
  });

  it('send under the identities of the routes only, from their addresses only', () => {
    const relay = roles.find(([id]) => id.startsWith('outboundrelayRunRole'))!;
    const send = statementsOf(relay).find(({ Action }) => list(Action).includes('ses:SendEmail'));

    expect(list(send?.Resource).map(shown)).toEqual([
      'arn:{Partition}:ses:{Region}:{AccountId}:identity/notifications@example.com',
      'arn:{Partition}:ses:{Region}:{AccountId}:identity/example.com',
      expect.stringContaining(':configuration-set/{ConfigurationSetsTracking'),
      expect.stringContaining(':configuration-set/{ConfigurationSetsIntact'),
    ]);
    expect(send?.Condition).toEqual({ StringEqualsIgnoreCase: { 'ses:FromAddress': ['notifications@example.com'] } });
  });

  it("are bounded by the permissions boundary, those of CDK's own custom resources included", () => {
    for (const stack of [everything.data, everything.pipeline]) {
      const all = Object.values(resourcesOf(stack)).filter(({ Type }) => Type === 'AWS::IAM::Role');
      expect(all.length).toBeGreaterThan(0);
      for (const { Properties } of all) {
        expect(shown(Properties.PermissionsBoundary)).toBe('arn:{Partition}:iam::{AccountId}:policy/Edge');
      }
    }
    data.resourceCountIs('AWS::IAM::Role', 0);
  });
});
