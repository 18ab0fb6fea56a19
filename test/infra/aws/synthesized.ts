import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnWaitConditionHandle, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type LightermailStacks, makeLightermailStacks } from '../../../infra/aws/lightermail-stacks.ts';
import { readAwsSettings } from '../../../infra/aws/settings.ts';
import { bundles } from '../../../scripts/bundles.ts';
import type { RawSettings } from '../../../shared/runtime/settings.ts';

/** The least settings of a deployment. */
export const leastSettings = {
  recipient: 'capture@in.example.com',
  sender: 'notifications@example.com',
  allowedSenders: '*@example.com',
};

/** Every setting that changes what is made, at once. */
export const allSettings = {
  ...leastSettings,
  domain: 'example.com',
  configurationSet: 'theirs',
  bucketName: 'mail-bucket',
  prefix: 'mail/',
  permissionsBoundary: 'Edge',
  ruleSet: 'their-rules',
  publicUrl: 'https://links.example.com',
  alarmEmail: 'alarms@example.org',
  fallbackEmail: 'fallback@example.org',
  arrivalEmail: 'arrival@example.org',
  processedEmail: 'ends@example.org',
  subscribers: 'https://a.example/sns,https://b.example:8443/in?key=1',
  processedSubscribers: 'https://a.example/sns',
  maxSendRate: '50',
  deadLetterThreshold: '1',
  oldestMessageSeconds: '2',
  queuedMessages: '3',
  retentionDays: '40',
  logRetentionDays: '90',
  console: 'true',
  linkSignerSecret: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:link-signer-AbCdEf',
  malwareProtection: 'true',
};

export interface Synthesized {
  readonly app: App;
  readonly stacks: LightermailStacks;
  readonly data: Template;
  readonly pipeline: Template;
  /** Where mail is received in another region. */
  readonly receiving?: Template;
  /** The HTTPS subscriber of SNS. */
  readonly webhook?: Template;
}

/** Mail is received in another region than the one where everything else stands. */
export const twoRegions = { settings: { ...leastSettings, sesRegion: 'eu-west-1' }, home: 'ap-southeast-1' };

/**
 * Synthesizes the stacks over bundles that hold nothing, in a folder that is gone afterwards.
 * @param home the region that is deployed to; absent: it is not known
 */
export function synthesize(settings: RawSettings = leastSettings, home?: string): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), 'lightermail-synth-'));
  try {
    for (const { name } of bundles) {
      mkdirSync(join(folder, 'functions', name), { recursive: true });
      writeFileSync(join(folder, 'functions', name, 'index.mjs'), 'export const handler = () => {};');
    }
    const app = new App({ outdir: join(folder, 'out'), context: { 'aws:cdk:bundling-stacks': [] } });
    const functionsFolder = join(folder, 'functions');
    const env = home === undefined ? {} : { env: { region: home } };
    const stacks = makeLightermailStacks(app, { settings: readAwsSettings(settings, home), functionsFolder, ...env });
    const [data, pipeline] = [Template.fromStack(stacks.data), Template.fromStack(stacks.pipeline)];
    const receiving = stacks.receiving === undefined ? {} : { receiving: Template.fromStack(stacks.receiving) };
    const webhook = stacks.webhook === undefined ? {} : { webhook: Template.fromStack(stacks.webhook) };
    return { app, stacks, data, pipeline, ...receiving, ...webhook };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The template of constructs by themselves, quicker than that of an installation; or that of the stack that is given
 * back. A template must hold one resource: it does.
 */
export function templateOf(build: (stack: Stack) => unknown): Template {
  const folder = mkdtempSync(join(tmpdir(), 'lightermail-synth-'));
  try {
    const stack = new Stack(new App({ outdir: folder }), 'Part');
    new CfnWaitConditionHandle(stack, 'Placeholder');
    const built = build(stack);
    return Template.fromStack(built instanceof Stack ? built : stack);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is free-form JSON that the tests assert on
  readonly Properties: Record<string, any>;
  readonly DependsOn?: string[];
}

/** All resources of a template by their logical ids. */
export function resourcesOf(template: Template): Readonly<Record<string, Resource>> {
  return template.toJSON().Resources;
}

/** The resources of one type, each with its logical id. */
export function resourcesOfType(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(resourcesOf(template)).filter(([, { Type }]) => Type === type);
}

/** The one resource of a type whose logical id begins so. */
export function onlyResource(template: Template, type: string, idPrefix: string): readonly [string, Resource] {
  const [found, ...more] = resourcesOfType(template, type).filter(([id]) => id.startsWith(idPrefix));
  if (found === undefined || more.length > 0)
    throw new Error(`not one ${type} ${idPrefix}, but ${found ? more.length + 1 : 0}`);
  return found;
}

/** How many resources of each type a template has. */
export function countsOf(template: Template): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(resourcesOf(template))) counts[Type] = (counts[Type] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
}

/** A value of a template as readable text: references by logical id, parts joined. */
// biome-ignore lint/suspicious/noExplicitAny: a template is free-form JSON
export function shown(value: any): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(shown).join(',');
  if (value?.Ref) return `{${value.Ref.replace('AWS::', '')}}`;
  if (value?.['Fn::GetAtt']) return `{${value['Fn::GetAtt'][0]}}`;
  if (value?.['Fn::ImportValue']) return `{${value['Fn::ImportValue'].replace(/^.*(?:FnGetAtt|Ref)/, '')}}`;
  if (value?.['Fn::Join']) return value['Fn::Join'][1].map(shown).join(value['Fn::Join'][0]);
  return JSON.stringify(value);
}
