import { join } from 'node:path';
import { type Environment, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DataStack } from './data-stack.ts';
import { encryptWithKey } from './encrypt-with-key.ts';
import { keepLogs } from './log-retention.ts';
import { ownTag } from './own-tag.ts';
import { PipelineStack } from './pipeline-stack.ts';
import type { ReceiveMailProps } from './receive-mail.ts';
import { ReceivingStack } from './receiving-stack.ts';
import type { AwsSettings } from './settings.ts';
import { WebhookStack, type WebhookStackProps } from './webhook-stack.ts';

export interface LightermailStacksProps {
  readonly settings: AwsSettings;
  /** Holds one folder a function, with its bundle: `dist/functions`, as the build writes it. */
  readonly functionsFolder: string;
  readonly env?: Environment;
}

/** A trial is looked at within a weekend. */
const ephemeralLogDays = 3;

/** The name of our own rule set; an account and region has room for 40, of which one is active. */
const ownRuleSetName = 'lightermail';

/** The stacks of one installation. */
export interface LightermailStacks {
  readonly data: DataStack;
  readonly pipeline: PipelineStack;
  /** Where mail is received in another region. */
  readonly receiving?: ReceivingStack;
  /** The HTTPS subscriber of SNS, where one is wanted. */
  readonly webhook?: WebhookStack;
}

/** Makes the stacks: data that outlives every deployment, and the pipeline over it. */
export function makeLightermailStacks(scope: Construct, props: LightermailStacksProps): LightermailStacks {
  const { settings, functionsFolder } = props;
  const env = props.env === undefined ? {} : { env: props.env };
  const ruleSetName = settings.ruleSet ?? ownRuleSetName;
  const common = { settings, ruleSetName, assetFolder: (name: string) => join(functionsFolder, name) };
  const data = new DataStack(scope, 'Lightermail-Data', { ...env, settings, ruleSetName });
  const pipeline = new PipelineStack(scope, 'Lightermail-Pipeline', { ...env, ...common, data });
  const receiving = makeReceiving(scope, { ...common, target: data.raw.target }, props.env);
  // What arrived before the queue hears of it would lie unread.
  receiving?.addStackDependency(pipeline);
  const webhook = makeWebhook(scope, { ...env, settings, pipeline });
  for (const stack of [data, pipeline, receiving, webhook].flatMap((one) => one ?? [])) {
    Tags.of(stack).add(ownTag.key, ownTag.value);
    keepLogs(
      stack,
      settings.ephemeral ? Math.min(settings.logRetentionDays, ephemeralLogDays) : settings.logRetentionDays,
    );
    // A key encrypts in its own region only.
    if (data.key !== undefined && stack !== receiving) encryptWithKey(stack, data.key);
    if (settings.permissionsBoundary !== undefined) bound(stack, settings.permissionsBoundary);
  }
  return { data, pipeline, ...(receiving && { receiving }), ...(webhook && { webhook }) };
}

/** The stack in SES's region, when that is another one. */
function makeReceiving(scope: Construct, props: ReceiveMailProps, home: Environment | undefined) {
  const region = props.settings.sesRegion;
  if (region === undefined) return undefined;
  return new ReceivingStack(scope, 'Lightermail-Receiving', { ...props, env: { ...home, region } });
}

/** The stack of the HTTPS subscriber, when it has a name and an image. */
function makeWebhook(scope: Construct, props: Omit<WebhookStackProps, 'domainName' | 'image'>) {
  const { webhookDomain: domainName, webhookImage: image } = props.settings;
  if (domainName === undefined || image === undefined) return undefined;
  return new WebhookStack(scope, 'Lightermail-Webhook', { ...props, domainName, image });
}

/** Every role of the stack, those of CDK's own custom resources included. */
function bound(stack: Construct, policy: string): void {
  const boundary = policy.startsWith('arn:')
    ? ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', policy)
    : ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', policy);
  PermissionsBoundary.of(stack).apply(boundary);
}
