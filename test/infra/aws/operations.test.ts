import { describe, expect, it } from 'vitest';
import { functions, queueNames } from '../../../infra/topology.ts';
import { onlyResource, resourcesOfType, shown, synthesize } from './synthesized.ts';

const { pipeline } = synthesize();
const alarms = resourcesOfType(pipeline, 'AWS::CloudWatch::Alarm');
const named = (name: string) =>
  alarms.find(([, { Properties }]) => Properties.AlarmName === `Lightermail-Pipeline-${name}`)?.[1].Properties;

describe('alarms over services', () => {
  it.each(Object.keys(functions))('H15 %s rings when it breaks down, and when it may not run', (name) => {
    const lambda = expect.stringMatching(new RegExp(`^\\{${name.replaceAll('-', '')}RunFunction`));
    for (const [alarm, metric] of [
      [named(`${name}-errors`), 'Errors'],
      [named(`${name}-throttles`), 'Throttles'],
    ] as const) {
      expect(alarm).toMatchObject({ Namespace: 'AWS/Lambda', MetricName: metric, Statistic: 'Sum', Period: 900 });
      expect(alarm?.Dimensions.map(({ Value }: { Value: unknown }) => shown(Value))).toEqual([lambda]);
    }
  });

  it('H15 a run that comes once a period must not fail at all, one that is tried again may twice', () => {
    expect(named('reconciler-errors')?.Threshold).toBe(0);
    expect(named('due-sweeper-errors')?.Threshold).toBe(2);
    expect(named('inbound-processor-errors')?.Threshold).toBe(2);
  });

  it('H15 rings before SES reviews the account: at 5 % bounces, at 0.1 % complaints', () => {
    for (const [name, metric, review] of [
      ['bounce-rate', 'Reputation.BounceRate', 0.05],
      ['complaint-rate', 'Reputation.ComplaintRate', 0.001],
    ] as const) {
      const alarm = named(name);
      expect(alarm).toMatchObject({ Namespace: 'AWS/SES', MetricName: metric });
      expect(alarm?.Threshold).toBeLessThan(review);
      expect(alarm?.Threshold).toBeGreaterThan(review / 2);
      expect(alarm).not.toHaveProperty('Dimensions');
    }
  });

  it('H15 rings for a mail without an end, in the very namespace that the functions count in', () => {
    const [, reconciler] = onlyResource(pipeline, 'AWS::Lambda::Function', 'reconciler');
    const { LIGHTERMAIL_METRICS_NAMESPACE: namespace } = reconciler.Properties.Environment.Variables;

    expect(named('mails-without-end')).toMatchObject({
      ...{ Namespace: namespace, MetricName: 'openGaps', Statistic: 'Maximum', Threshold: 0 },
      ComparisonOperator: 'GreaterThanThreshold',
    });
    // A period that holds no look would end the alarm and begin it anew.
    expect(named('mails-without-end')?.Period).toBeGreaterThan(functions.reconciler.everySeconds ?? Number.NaN);
  });

  it('E12 rings when links answer with errors', () => {
    const alarm = named('link-failures');
    expect(alarm).toMatchObject({ Namespace: 'AWS/ApiGateway', MetricName: '5xx', Statistic: 'Sum', Threshold: 5 });
    expect(alarm?.Dimensions.map(({ Value }: { Value: unknown }) => shown(Value))).toEqual([
      expect.stringMatching(/^\{LinksApi/),
    ]);
  });
});

describe('the dashboard', () => {
  const [, { Properties }] = onlyResource(pipeline, 'AWS::CloudWatch::Dashboard', 'Overview');
  const text = shown(Properties.DashboardBody);
  const { widgets } = JSON.parse(text);

  it('shows every queue, every function and every alarm', () => {
    const ofTitle = (title: string) =>
      widgets
        .find(({ properties }: { properties: { title: string } }) => properties.title === title)
        .properties.metrics.map((metric: { label: string }[]) => metric.at(-1)?.label);

    for (const title of ['messages that wait', 'age of the oldest message (s)', 'dead letters']) {
      expect(ofTitle(`Queues: ${title}`)).toEqual([...queueNames]);
    }
    for (const title of ['errors', 'how long a run takes (p99, ms)', 'throttles']) {
      expect(ofTitle(`Functions: ${title}`)).toEqual(Object.keys(functions));
    }
    for (const [id] of alarms) expect(text).toContain(id);
  });

  it('shows what the functions count and how SES judges the account', () => {
    for (const metric of ['mails', 'emails', 'linkDownloads', 'openGaps', 'announcedMails']) {
      expect(text).toContain(`["Lightermail-Pipeline","${metric}"`);
    }
    expect(text).toContain('["AWS/SES","Reputation.BounceRate"');
    expect(text).toContain('["AWS/SES","Bounce"');
  });
});
