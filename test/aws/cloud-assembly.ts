import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/**
 * Synthesizes the stacks as `cdk` does: by running the app.
 * @param context settings, as `-c name=value` gives them
 * @throws Error with what the app wrote when it failed
 */
export function synthesizeTo(folder: string, context: Readonly<Record<string, string>>): void {
  const run = spawnSync(process.execPath, ['infra/aws/app.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  if (run.status !== 0) throw new Error(`the app cannot be synthesized: ${run.stderr.slice(-3000)}`);
}

interface Template {
  readonly Resources: Record<string, { readonly Type: string; DependsOn?: string | string[] }>;
  readonly Outputs?: Record<string, { Value: unknown }>;
}

/** What was taken out of the templates because MiniStack's CloudFormation does not know it. */
export interface Adaptation {
  readonly removed: readonly { readonly id: string; readonly type: string }[];
  readonly resourceCount: number;
}

/**
 * Makes the least changes under which MiniStack 1.5.33 takes the templates; everything else is deployed as it is.
 * - It knows no receipt rules in CloudFormation: they are made by SES's API afterwards, from the template's properties.
 * - The resource that activates the rule set runs a function that takes its SDK from Lambda's runtime.
 * - It judges a batch of messages by an action of its own, which IAM does not have: on AWS `sqs:SendMessage` allows both.
 * - It judges `ses:SendEmail` on no resource, and knows no `ses:FromAddress`: the statement is widened for it.
 * - It answers a secret's `Ref` with its name where AWS gives the ARN: its `Id`, which is the ARN in both, is taken.
 */
export function adaptAssembly(folder: string): Adaptation {
  const removed: { id: string; type: string }[] = [];
  let resourceCount = 0;
  for (const name of ['Lightermail-Data', 'Lightermail-Pipeline']) {
    const file = join(folder, `${name}.template.json`);
    const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
    resourceCount += Object.keys(template.Resources).length;
    removed.push(...removeUnknown(template));
    useSecretIds(template);
    writeFileSync(
      file,
      JSON.stringify(template, (_, value) => (isStatement(value) ? adaptStatement(value) : value)),
    );
  }
  return { removed, resourceCount };
}

function removeUnknown({ Resources }: Template) {
  const unknown = Object.entries(Resources).filter(([, { Type }]) => /^(AWS::SES::Receipt|Custom::)/.test(Type));
  for (const [id] of unknown) delete Resources[id];
  const isGone = (id: string) => unknown.some(([gone]) => gone === id);
  for (const resource of Object.values(Resources)) {
    const left = [resource.DependsOn ?? []].flat().filter((id) => !isGone(id));
    if (left.length > 0) resource.DependsOn = left;
    else delete resource.DependsOn;
  }
  return unknown.map(([id, { Type }]) => ({ id, type: Type }));
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Effect: string;
}

function isStatement(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && 'Action' in value && 'Effect' in value;
}

function adaptStatement(statement: Statement): object {
  const actions = [statement.Action].flat();
  if (actions.includes('ses:SendEmail')) return { Action: actions, Effect: statement.Effect, Resource: '*' };
  if (actions.includes('sqs:SendMessage')) return { ...statement, Action: [...actions, 'sqs:SendMessageBatch'] };
  return statement;
}

function useSecretIds({ Resources, Outputs = {} }: Template): void {
  for (const output of Object.values(Outputs)) {
    const id = (output.Value as { Ref?: string }).Ref;
    if (id !== undefined && Resources[id]?.Type === 'AWS::SecretsManager::Secret')
      output.Value = { 'Fn::GetAtt': [id, 'Id'] };
  }
}

/** The receipt rules of the pipeline's template, in their order. */
export function receiptRulesOf(folder: string): readonly ReceiptRule[] {
  const { Resources } = JSON.parse(readFileSync(join(folder, 'Lightermail-Pipeline.template.json'), 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: { RuleSetName: string; Rule: ReceiptRule['rule'] } }>;
  };
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::SES::ReceiptRule')
    .map(({ Properties }) => ({ ruleSetName: Properties.RuleSetName, rule: Properties.Rule }));
}

export interface ReceiptRule {
  readonly ruleSetName: string;
  readonly rule: {
    readonly Recipients: readonly string[];
    readonly Actions: readonly { readonly S3Action: { readonly ObjectKeyPrefix: string } }[];
  };
}
