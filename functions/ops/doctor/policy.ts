import { z } from 'zod';

const oneOrMore = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]));
const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const values = z.union([scalar, z.array(scalar)]).transform((value) => (Array.isArray(value) ? value : [value]));
const statement = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.record(z.string(), oneOrMore)]).optional(),
  Action: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.record(z.string(), values)).optional(),
});
const policySchema = z.looseObject({
  Statement: z.union([statement, z.array(statement)]).transform((value) => (Array.isArray(value) ? value : [value])),
});

type Statement = z.infer<typeof statement>;

/** One AWS service that asks to do one thing, on behalf of a resource of ours. */
export interface ServiceCall {
  /** Such as `s3.amazonaws.com`. */
  readonly service: string;
  /** Such as `sns:Publish`. */
  readonly action: string;
  readonly resourceArn: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

/** `unclear`: what decides it is beyond what is understood here. */
export type Verdict = 'allowed' | 'denied' | 'not allowed' | 'unclear';

/**
 * What a resource's policy says to a call of a service, as far as IAM's rules can be followed here: principals, actions
 * and resources with wildcards, and conditions on the source, the account and TLS.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function judgePolicy(policy: string | undefined, call: ServiceCall): Verdict {
  const statements = parsePolicy(policy);
  if (statements === undefined) return 'unclear';
  const answers = statements.map((one) => ({ effect: one.Effect, applies: applies(one, call) }));
  const has = (effect: 'Allow' | 'Deny', verdict: boolean | 'unclear') =>
    answers.some((answer) => answer.effect === effect && answer.applies === verdict);
  if (has('Deny', true)) return 'denied';
  if (has('Deny', 'unclear')) return 'unclear';
  if (has('Allow', true)) return 'allowed';
  return has('Allow', 'unclear') ? 'unclear' : 'not allowed';
}

/** Whether anyone at all may do it: a statement for everyone without a condition. */
export function isOpenToAll(policy: string | undefined): boolean {
  const isEveryone = ({ Principal }: Statement) =>
    Principal === '*' ||
    Object.values(Principal ?? {})
      .flat()
      .includes('*');
  return (parsePolicy(policy) ?? []).some((one) => one.Effect === 'Allow' && isEveryone(one) && !one.Condition);
}

function parsePolicy(policy: string | undefined): readonly Statement[] | undefined {
  if (policy === undefined) return [];
  try {
    return policySchema.parse(JSON.parse(policy)).Statement;
  } catch {
    return undefined;
  }
}

function applies(one: Statement, call: ServiceCall): boolean | 'unclear' {
  if (one.Principal === undefined || one.Action === undefined) return 'unclear';
  if (!isFor(one.Principal, call.service)) return false;
  if (!one.Action.some((pattern) => matches(pattern, call.action))) return false;
  if (one.Resource !== undefined && !one.Resource.some((pattern) => matches(pattern, call.resourceArn))) return false;
  return holds(one.Condition ?? {}, call);
}

function isFor(principal: NonNullable<Statement['Principal']>, service: string): boolean {
  if (principal === '*') return true;
  return principal.AWS?.includes('*') === true || principal.Service?.some((one) => matches(one, service)) === true;
}

type Conditions = NonNullable<Statement['Condition']>;

/** False as soon as one condition surely does not hold, whatever the others are. */
function holds(conditions: Conditions, call: ServiceCall): boolean | 'unclear' {
  const facts = new Map([
    ['aws:sourcearn', call.sourceArn],
    ['aws:sourceaccount', call.sourceAccount],
    ['aws:securetransport', 'true'],
    ['aws:principalisawsservice', 'true'],
  ]);
  const answers = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, allowed]) => test(operator, facts.get(key.toLowerCase()), allowed)),
  );
  if (answers.includes(false)) return false;
  return answers.includes('unclear') ? 'unclear' : true;
}

function test(operator: string, value: string | undefined, allowed: readonly string[]): boolean | 'unclear' {
  const [, negation, kind] = /^(?:String|Arn)(Not)?(Equals|EqualsIgnoreCase|Like)(?:IfExists)?$/.exec(operator) ?? [];
  if (value === undefined) return 'unclear';
  if (/^Bool(?:IfExists)?$/.test(operator)) return allowed.some((one) => one.toLowerCase() === value);
  if (kind === undefined) return 'unclear';
  // Arn operators compare with wildcards, both of them.
  const isLike = kind === 'Like' || operator.startsWith('Arn');
  const isMet = allowed.some((one) => (isLike ? matches(one, value) : one === value));
  return negation === undefined ? isMet : !isMet;
}

/** `*` and `?` as IAM has them, letters alike. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'is').test(text);
}
