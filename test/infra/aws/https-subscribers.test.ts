import { describe, expect, it } from 'vitest';
import { readAwsSettings } from '../../../infra/aws/settings.ts';
import { allSettings, leastSettings, onlyResource, resourcesOfType, shown, synthesize } from './synthesized.ts';

const { pipeline } = synthesize(allSettings);
const subscriptions = resourcesOfType(pipeline, 'AWS::SNS::Subscription').filter(
  ([, { Properties }]) => Properties.Protocol === 'https',
);

describe('https subscribers', () => {
  it('get every arrival, or every end, at the URLs that the settings name', () => {
    expect(
      subscriptions.map(([, { Properties }]) => [
        Properties.Endpoint,
        shown(Properties.TopicArn).replace(/[0-9A-F]{8}\}$/, '}'),
      ]),
    ).toEqual([
      ['https://a.example/sns', expect.stringMatching(/RawArrivalTopic/)],
      ['https://b.example:8443/in?key=1', expect.stringMatching(/RawArrivalTopic/)],
      ['https://a.example/sns', '{ProcessedTopic}'],
    ]);
  });

  it('get SNS’s signed envelope, at a rate they bear, again for less than the hour that SNS allows', () => {
    for (const [, { Properties }] of subscriptions) {
      expect(Properties.RawMessageDelivery).toBe(false);
      const { healthyRetryPolicy: retry, throttlePolicy } = Properties.DeliveryPolicy;
      expect(throttlePolicy).toEqual({ maxReceivesPerSecond: 10 });
      expect(retry).toEqual({
        minDelayTarget: 5,
        maxDelayTarget: 120,
        numRetries: 25,
        numMinDelayRetries: 3,
        numMaxDelayRetries: 12,
        backoffFunction: 'exponential',
      });
      const growing = retry.numRetries - retry.numMinDelayRetries - retry.numMaxDelayRetries;
      const longestSeconds =
        retry.numMinDelayRetries * retry.minDelayTarget + (growing + retry.numMaxDelayRetries) * retry.maxDelayTarget;
      expect(longestSeconds).toBeLessThan(3600);
    }
  });

  it('A22 have a queue each for what could not be delivered, which SNS alone fills, and keeps it for 14 days', () => {
    const queues = subscriptions.map(([, { Properties }]) => shown(Properties.RedrivePolicy.deadLetterTargetArn));
    expect(new Set(queues).size).toBe(3);
    for (const [index, name] of queues.entries()) {
      const [id, queue] = onlyResource(pipeline, 'AWS::SQS::Queue', name.slice(1, -1));
      expect(queue.Properties).toMatchObject({ MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
      const policies = resourcesOfType(pipeline, 'AWS::SQS::QueuePolicy').filter(
        ([, { Properties }]) => Properties.Queues[0].Ref === id,
      );
      const [allow] = policies.flatMap(([, { Properties }]) =>
        Properties.PolicyDocument.Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow'),
      );
      expect(allow).toMatchObject({ Action: 'sqs:SendMessage', Principal: { Service: 'sns.amazonaws.com' } });
      expect(shown(allow.Condition.ArnEquals['aws:SourceArn'])).toBe(
        shown(subscriptions[index]?.[1].Properties.TopicArn),
      );
    }
  });

  it('H15 ring an alarm each at the first message that they were not told', () => {
    const alarms = resourcesOfType(pipeline, 'AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => Properties)
      .filter(({ AlarmName }) => AlarmName.includes('.example-'));
    expect(alarms.map(({ AlarmName }) => AlarmName.replace(/-[0-9a-f]{8}-/, '-#-'))).toEqual([
      'Lightermail-Pipeline-arrival-a.example-#-undelivered',
      'Lightermail-Pipeline-arrival-b.example-#-undelivered',
      'Lightermail-Pipeline-processed-a.example-#-undelivered',
    ]);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ Threshold: 0, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1 });
      expect(shown(alarm.AlarmActions)).toMatch(/^\{AlarmsTopic/);
      expect(shown(alarm.Dimensions[0].Value)).toMatch(/Undelivered/);
    }
  });

  it('keep their own resources when another one comes or goes', () => {
    const fewer = synthesize({ ...leastSettings, subscribers: 'https://b.example:8443/in?key=1' }).pipeline;
    const ids = (template = pipeline) =>
      resourcesOfType(template, 'AWS::SNS::Subscription')
        .filter(([, { Properties }]) => Properties.Endpoint === 'https://b.example:8443/in?key=1')
        .map(([id]) => id);
    expect(ids(fewer)).toEqual(ids());
  });

  it.each([
    ['plain http', 'http://a.example/sns'],
    ['a password', 'https://u:p@a.example/sns'],
    ['a fragment', 'https://a.example/sns#x'],
    ['one twice', 'https://a.example/sns,https://a.example/sns'],
    ['an empty place', 'https://a.example/sns,'],
    ['more than SNS keeps', `https://a.example/${'x'.repeat(2048)}`],
    ['too many', Array.from({ length: 21 }, (_, index) => `https://a${index}.example/sns`).join(',')],
  ])('are refused for %s', (_, subscribers) => {
    expect(() => readAwsSettings({ ...leastSettings, subscribers })).toThrow(/^subscribers is .*: must be up to 20/);
  });
});
