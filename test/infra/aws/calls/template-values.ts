import type { Template } from 'aws-cdk-lib/assertions';
import { type Resource, resourcesOf } from '../synthesized.ts';

/** What CloudFormation would put for a reference to a resource. */
export interface ResourceValues {
  readonly ref: string;
  readonly arn: string;
}

export interface TemplateAccount {
  readonly region: string;
  readonly accountId: string;
  /** Queue URLs begin with it. */
  readonly endpoint: string;
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Gives the values that a template's expressions have once its stacks stand in an account. */
export interface TemplateValues {
  valuesOf(logicalId: string): ResourceValues;
  resolve(value: unknown): string;
  /** Every text in a value, resolved. */
  resolveAll(value: unknown): readonly string[];
}

/**
 * Resolves the templates of both stacks: references, attributes, joins, and the imports of one from the other.
 * Refuses an expression that it does not know.
 * @param known values of resources that get theirs only when they are made, such as a secret's ARN
 */
export function templateValues(
  templates: readonly Template[],
  account: TemplateAccount,
  known: ReadonlyMap<string, ResourceValues> = new Map(),
): TemplateValues {
  const resources: Record<string, Resource> = Object.assign({}, ...templates.map(resourcesOf));
  const exported = new Map(templates.flatMap(exportsOf));
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': account.region,
    'AWS::AccountId': account.accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
  };

  function valuesOf(logicalId: string): ResourceValues {
    const resource = resources[logicalId];
    if (resource === undefined) throw new Error(`no resource ${logicalId}`);
    return known.get(logicalId) ?? standardValues(logicalId, resource, account, resolve);
  }

  function resolve(value: unknown): string {
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    const [[kind, given] = ['nothing', undefined]] = Object.entries((value ?? {}) as Record<string, Json>);
    switch (kind) {
      case 'Ref':
        return pseudo[String(given)] ?? valuesOf(String(given)).ref;
      case 'Fn::GetAtt': {
        const [logicalId, attribute] = given as [string, string];
        return attribute === 'Arn' || attribute === 'TopicArn' ? valuesOf(logicalId).arn : `${logicalId}.${attribute}`;
      }
      case 'Fn::Join': {
        const [separator, parts] = given as [string, readonly Json[]];
        return parts.map(resolve).join(separator);
      }
      case 'Fn::ImportValue':
        return resolve(exported.get(String(given)));
      default:
        throw new Error(`the expression ${kind} is not known: ${JSON.stringify(value)}`);
    }
  }

  const resolveAll = (value: unknown) => (Array.isArray(value) ? value : [value]).map(resolve);
  return { valuesOf, resolve, resolveAll };
}

function exportsOf(template: Template): readonly (readonly [string, Json])[] {
  const outputs = (template.toJSON().Outputs ?? {}) as Record<string, { Value: Json; Export?: { Name: string } }>;
  return Object.values(outputs).flatMap(({ Value, Export }) =>
    Export === undefined ? [] : [[Export.Name, Value] as const],
  );
}

/** What `Ref` and `Arn` give, by type. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/introduction.html */
function standardValues(
  logicalId: string,
  { Type, Properties }: Resource,
  { region, accountId, endpoint }: TemplateAccount,
  resolve: (value: unknown) => string,
): ResourceValues {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${accountId}:${rest}`;
  switch (Type) {
    case 'AWS::S3::Bucket': {
      const name = logicalId.toLowerCase();
      return { ref: name, arn: `arn:aws:s3:::${name}` };
    }
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable':
      return { ref: logicalId, arn: arn('dynamodb', `table/${logicalId}`) };
    case 'AWS::SQS::Queue':
      return { ref: `${endpoint}/${accountId}/${logicalId}`, arn: arn('sqs', logicalId) };
    case 'AWS::SNS::Topic':
      return { ref: arn('sns', logicalId), arn: arn('sns', logicalId) };
    case 'AWS::SSM::Parameter': {
      const name = Properties.Name === undefined ? logicalId : resolve(Properties.Name);
      return { ref: name, arn: arn('ssm', `parameter/${name.replace(/^\//, '')}`) };
    }
    case 'AWS::IAM::Role':
      return { ref: logicalId, arn: `arn:aws:iam::${accountId}:role/${logicalId}` };
    case 'AWS::Logs::LogGroup':
      return { ref: logicalId, arn: arn('logs', `log-group:${logicalId}:*`) };
    case 'AWS::KMS::Key':
      return { ref: logicalId, arn: arn('kms', `key/${logicalId}`) };
    default:
      return { ref: logicalId, arn: `arn:of:${Type}:${logicalId}` };
  }
}
