import { describe, expect, it } from 'vitest';
import type { RawSettings } from '../../../shared/runtime/settings.ts';
import {
  allSettings,
  leastSettings,
  type Resource,
  resourcesOf,
  shown,
  synthesize,
  twoRegions,
} from './synthesized.ts';
import { ephemeralSettings, keySettings, ownDomainSettings } from './variants.ts';

/** Actions for which AWS knows no resource that could be named, or none that is narrower, each with the reason. */
const actionsOnAll: Readonly<Record<string, string>> = {
  'xray:PutTraceSegments': 'X-Ray knows no resources for writing traces',
  'xray:PutTelemetryRecords': 'X-Ray knows no resources for writing traces',
  'ses:DescribeActiveReceiptRuleSet': 'the active rule set belongs to the account: SES knows no resource for it',
  'ses:SetActiveReceiptRuleSet': 'the active rule set belongs to the account: SES knows no resource for it',
  'ses:DescribeReceiptRuleSet': 'SES knows no resource for it',
  's3:PutBucketNotification': "CDK's handler for an existing bucket, shared by all buckets of a stack",
  's3:GetBucketNotification': "CDK's handler for an existing bucket, shared by all buckets of a stack",
};

const variants: readonly (readonly [name: string, settings: RawSettings, home: string | undefined])[] = [
  ['the least settings', leastSettings, undefined],
  ['all settings', allSettings, undefined],
  ['a domain of its own', ownDomainSettings, undefined],
  ['a trial', ephemeralSettings, undefined],
  ['a key, the console, the webhook and subscribers', keySettings, undefined],
  ['two regions', twoRegions.settings, twoRegions.home],
];

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
}

type Entry = readonly [logicalId: string, resource: Resource];

function statementsOf([, { Type, Properties }]: Entry): readonly Statement[] {
  const documents: readonly { readonly Statement: Statement[] }[] =
    Type === 'AWS::IAM::Role'
      ? (Properties.Policies ?? []).map((policy: { PolicyDocument: unknown }) => policy.PolicyDocument)
      : /^AWS::IAM::(?:Managed)?Policy$/.test(Type)
        ? [Properties.PolicyDocument]
        : [];
  return documents.flatMap((document) => document.Statement);
}

const fourteenDays = 1_209_600;
const waiting = 'ApproximateNumberOfMessagesVisible';

describe.each(variants)('the templates of %s', (_name, settings, home) => {
  const { data, pipeline, receiving } = synthesize(settings, home);
  const templates = [data, pipeline, ...(receiving === undefined ? [] : [receiving])];
  const all: readonly Entry[] = templates.flatMap((template) => Object.entries(resourcesOf(template)));
  const ofType = (type: string) => all.filter(([, { Type }]) => Type === type);
  const queueOf = (arn: unknown): Entry => {
    const found = ofType('AWS::SQS::Queue').find(([id]) => shown(arn) === `{${id}}`);
    if (found === undefined) throw new Error(`no queue ${shown(arn)}`);
    return found;
  };

  it('allow an action on everything only where AWS knows no resource for it', () => {
    const wide = all.flatMap(statementsOf).filter(({ Resource: on }) => [on].flat().includes('*'));

    const unreasoned = wide.flatMap(({ Action }) => [Action].flat()).filter((action) => !(action in actionsOnAll));
    expect([...new Set(unreasoned)]).toEqual([]);
    for (const { Effect } of all.flatMap(statementsOf)) expect(Effect).toBe('Allow');
  });

  it('B8 hide a message for six times its function, and give it up on the queue, for as long as the queue keeps it', () => {
    const sources = ofType('AWS::Lambda::EventSourceMapping');
    for (const [, { Properties }] of sources) {
      const [, queue] = queueOf(Properties.EventSourceArn);
      const [, reader] = all.find(([id]) => id === Properties.FunctionName.Ref) ?? [];
      const [, deadLetters] = queueOf(queue.Properties.RedrivePolicy.deadLetterTargetArn);

      expect(queue.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * reader?.Properties.Timeout);
      expect(queue.Properties.RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(5);
      expect(deadLetters.Properties.MessageRetentionPeriod).toBeGreaterThanOrEqual(
        queue.Properties.MessageRetentionPeriod,
      );
    }
    expect(sources.length).toBeGreaterThanOrEqual(4);
    for (const [, { Properties }] of ofType('AWS::Lambda::Function'))
      expect(Properties).not.toHaveProperty('DeadLetterConfig');
  });

  it('A22 keep what a topic could not hand on: every subscription but those by mail', () => {
    const subscriptions = ofType('AWS::SNS::Subscription').filter(([, one]) => one.Properties.Protocol !== 'email');
    for (const [, { Properties }] of subscriptions) {
      const [id, undelivered] = queueOf(Properties.RedrivePolicy?.deadLetterTargetArn);
      const policies = ofType('AWS::SQS::QueuePolicy').filter(([, one]) => shown(one.Properties.Queues).includes(id));

      expect(undelivered.Properties.MessageRetentionPeriod).toBe(fourteenDays);
      expect(JSON.stringify(policies)).toContain('"Service":"sns.amazonaws.com"');
    }
    expect(subscriptions.length).toBeGreaterThanOrEqual(2);
  });

  it('H15 ring at what waits in every queue that no function reads, and tell somebody of each alarm and its end', () => {
    const read = new Set(
      ofType('AWS::Lambda::EventSourceMapping').map(([, one]) => queueOf(one.Properties.EventSourceArn)[0]),
    );
    const unread = ofType('AWS::SQS::Queue').filter(([id]) => !read.has(id));
    const alarms = ofType('AWS::CloudWatch::Alarm');
    const watched = JSON.stringify(alarms.filter(([, one]) => JSON.stringify(one.Properties).includes(waiting)));

    expect(unread.filter(([id]) => !watched.includes(`"${id}"`)).map(([id]) => id)).toEqual([]);
    for (const [, { Properties }] of alarms) {
      expect(Properties.AlarmActions?.length).toBeGreaterThan(0);
      expect(Properties.OKActions?.length).toBeGreaterThan(0);
    }
  });
});
