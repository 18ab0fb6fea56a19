import type { Template } from 'aws-cdk-lib/assertions';
import { type Resource, resourcesOf } from '../synthesized.ts';
import type { TemplateValues } from './template-values.ts';
import type { Need } from './wire-calls.ts';

/** One action on one resource pattern that a role's policies allow. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Everything that the policies of a function's role allow, one by one: those written into the role and those attached to
 * it by name. Refuses what only AWS could tell: managed policies, and denials.
 */
export function grantsOf(template: Template, values: TemplateValues, roleId: string): readonly Grant[] {
  const resources = resourcesOf(template);
  const role = resources[roleId];
  if (role === undefined) throw new Error(`no role ${roleId}`);
  if (role.Properties.ManagedPolicyArns !== undefined) throw new Error(`${roleId} has a managed policy`);
  const attached = Object.values(resources).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::IAM::Policy' && Properties.Roles?.some((one: { Ref?: string }) => one.Ref === roleId),
  );
  const policies: Resource['Properties'][] = [
    ...(role.Properties.Policies ?? []),
    ...attached.map((one) => one.Properties),
  ];
  return policies.flatMap(({ PolicyDocument }) =>
    (PolicyDocument.Statement as Statement[]).flatMap((statement) => toGrants(statement, values)),
  );
}

function toGrants({ Effect, Action, Resource: on, Condition = {} }: Statement, values: TemplateValues): Grant[] {
  if (Effect !== 'Allow') throw new Error('a role with a denial is not understood here');
  const conditions = Object.fromEntries(
    Object.entries(Condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, values.resolveAll(value)])),
    ]),
  );
  return [Action]
    .flat()
    .flatMap((action) => values.resolveAll(on).map((resource) => ({ action, resource, conditions })));
}

/** The grants that allow a need: none, and the call would be refused. */
export function allowing(grants: readonly Grant[], { action, anyOf, context = {} }: Need): readonly Grant[] {
  return grants.filter(
    (grant) =>
      matches(grant.action, action) &&
      anyOf.some((arn) => matches(grant.resource, arn)) &&
      Object.entries(grant.conditions).every(([operator, keys]) => holds(operator, keys, context)),
  );
}

/** `*` stands for any characters, `?` for one. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
function matches(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's').test(text);
}

type Compare = (pattern: string, value: string) => boolean;

const operators: Readonly<Record<string, Compare>> = {
  StringEquals: (pattern, value) => pattern === value,
  StringEqualsIgnoreCase: (pattern, value) => pattern.toLowerCase() === value.toLowerCase(),
  StringLike: matches,
  ArnLike: matches,
  ArnEquals: matches,
};

function holds(operator: string, keys: Readonly<Record<string, readonly string[]>>, context: Record<string, string>) {
  const compare = operators[operator];
  if (compare === undefined) throw new Error(`the condition ${operator} is not understood here`);
  return Object.entries(keys).every(([key, patterns]) => {
    const value = context[key];
    return value !== undefined && patterns.some((pattern) => compare(pattern, value));
  });
}
