import { describe, expect, it } from 'vitest';
import { functions, type QueueName } from '../../../infra/topology.ts';
import { allSettings, countsOf, onlyResource, resourcesOfType, shown, synthesize } from './synthesized.ts';

const { pipeline } = synthesize();
const everything = synthesize(allSettings);

const all = (type: string, template = pipeline) => resourcesOfType(template, type);
const find = (type: string, idPrefix: string) => onlyResource(pipeline, type, idPrefix);

const queueIds: Record<QueueName, string> = {
  inbound: 'Inbound',
  outbound: 'Outbound',
  engagement: 'Engagement',
  links: 'LinkWork',
};

describe('the pipeline stack', () => {
  it('holds these resources and no others', () => {
    expect(countsOf(pipeline)).toEqual({
      'AWS::ApiGatewayV2::Api': 1,
      'AWS::ApiGatewayV2::Integration': 1,
      'AWS::ApiGatewayV2::Route': 3,
      'AWS::ApiGatewayV2::Stage': 1,
      'AWS::CloudWatch::Alarm': 29,
      'AWS::CloudWatch::Dashboard': 1,
      'AWS::Events::Rule': 2,
      'AWS::IAM::Role': 9,
      'AWS::Lambda::EventSourceMapping': 4,
      'AWS::Lambda::Function': 8,
      'AWS::Lambda::Permission': 5,
      'AWS::Logs::LogGroup': 9,
      'AWS::SES::ConfigurationSet': 2,
      'AWS::SES::ConfigurationSetEventDestination': 2,
      'AWS::SES::ReceiptRule': 1,
      'AWS::SES::ReceiptRuleSet': 1,
      'AWS::SNS::Subscription': 2,
      'AWS::SNS::Topic': 5,
      'AWS::SNS::TopicPolicy': 5,
      'AWS::SQS::Queue': 10,
      'AWS::SQS::QueuePolicy': 10,
      'AWS::SSM::Parameter': 1,
      'Custom::LightermailActiveRuleSet': 1,
    });
  });
});

describe('functions', () => {
  it.each(Object.entries(functions))('%s: runs as the topology says', (name, topology) => {
    const [, { Properties }] = find('AWS::Lambda::Function', name.replaceAll('-', ''));

    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: topology.timeoutSeconds,
      MemorySize: topology.memoryMegabytes,
      LoggingConfig: { LogGroup: { Ref: expect.stringMatching(new RegExp(`^${name.replaceAll('-', '')}RunLog`)) } },
    });
    const names = Object.keys(Properties.Environment.Variables).filter((one) => !one.includes('LINK_SIGNER'));
    expect(names.sort()).toEqual([
      'LIGHTERMAIL_CONFIGURATION_SET',
      'LIGHTERMAIL_EMAIL_EVENTS_TOPIC_ARN',
      'LIGHTERMAIL_ENGAGEMENT_DLQ_URL',
      'LIGHTERMAIL_ENGAGEMENT_QUEUE_URL',
      'LIGHTERMAIL_FALLBACK_TOPIC_ARN',
      'LIGHTERMAIL_FILES_BUCKET',
      'LIGHTERMAIL_INBOUND_DLQ_URL',
      'LIGHTERMAIL_INBOUND_QUEUE_URL',
      'LIGHTERMAIL_INTACT_CONFIGURATION_SET',
      'LIGHTERMAIL_LINKS_DLQ_URL',
      'LIGHTERMAIL_LINKS_QUEUE_URL',
      'LIGHTERMAIL_LINK_SECRET_ARN',
      'LIGHTERMAIL_MAX_SEND_RATE',
      'LIGHTERMAIL_METRICS_NAMESPACE',
      'LIGHTERMAIL_OUTBOUND_DLQ_URL',
      'LIGHTERMAIL_OUTBOUND_QUEUE_URL',
      'LIGHTERMAIL_PROCESSED_TOPIC_ARN',
      'LIGHTERMAIL_PUBLIC_URL',
      'LIGHTERMAIL_RAW_BUCKET',
      'LIGHTERMAIL_ROUTES_PARAMETER',
      'LIGHTERMAIL_TABLE',
    ]);
  });

  it('B9 are fed with partial answers and a limit of the source, not of the function', () => {
    for (const [name, { source }] of Object.entries(functions)) {
      if (source === undefined) continue;
      const [, { Properties }] = find('AWS::Lambda::EventSourceMapping', name.replaceAll('-', ''));
      expect(Properties).toMatchObject({
        BatchSize: source.batchSize,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: source.maxConcurrency },
      });
      expect(shown(Properties.EventSourceArn)).toMatch(new RegExp(`^\\{${queueIds[source.queue]}Queue`));
    }
    for (const [, { Properties }] of all('AWS::Lambda::Function')) {
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  it.each([
    ['duesweeper', 'rate(1 minute)'],
    ['reconciler', 'rate(15 minutes)'],
  ])('%s runs by the clock as the topology says', (id, rate) => {
    const [, { Properties }] = find('AWS::Events::Rule', id);

    expect(Properties.ScheduleExpression).toBe(rate);
    expect(Properties.Targets).toMatchObject([{ RetryPolicy: { MaximumRetryAttempts: 0 } }]);
    expect(shown(Properties.Targets[0].Arn)).toMatch(new RegExp(`^\\{${id}RunFunction`));
  });

  it('forget their logs after a month, or when the settings say, whoever makes the log group', () => {
    pipeline.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    everything.pipeline.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  it('are followed by X-Ray', () => {
    for (const name of Object.keys(functions)) {
      const [, { Properties }] = find('AWS::Lambda::Function', name.replaceAll('-', ''));
      expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
    }
  });

  it('get the routes, and the public URL that the settings give or the API has', () => {
    const parameter = all('AWS::SSM::Parameter')[0]?.[1];
    const url = (template = pipeline) =>
      shown(all('AWS::Lambda::Function', template)[0]?.[1].Properties.Environment.Variables.LIGHTERMAIL_PUBLIC_URL);

    expect(JSON.parse(parameter?.Properties.Value)).toMatchObject([{ id: 'default', requireAuth: 'aligned' }]);
    expect(url()).toMatch(/^\{LinksApi/);
    expect(url(everything.pipeline)).toBe('https://links.example.com');
  });
});

describe('links', () => {
  it('lead to the link gateway by GET, HEAD and POST under /f/ alone', () => {
    expect(
      all('AWS::ApiGatewayV2::Route')
        .map(([, { Properties }]) => Properties.RouteKey)
        .sort(),
    ).toEqual(['GET /f/{proxy+}', 'HEAD /f/{proxy+}', 'POST /f/{proxy+}']);
    const [, integration] = find('AWS::ApiGatewayV2::Integration', 'Links');
    expect(shown(integration.Properties.IntegrationUri)).toMatch(/^\{linkgatewayRunFunction/);
  });

  it('H13 leave no token and no caller in the access log', () => {
    const [, { Properties }] = find('AWS::ApiGatewayV2::Stage', 'Links');

    expect(Properties.AccessLogSettings.Format).toContain('$context.status');
    expect(Properties.AccessLogSettings.Format).not.toMatch(/path|requestUri|sourceIp|userAgent|identity/i);
  });
});

describe('alarms over queues', () => {
  const overQueues = (template = pipeline) =>
    all('AWS::CloudWatch::Alarm', template).filter(([id]) => id.startsWith('QueueAlarms'));
  const summary = (template = pipeline) =>
    overQueues(template).map(([, { Properties }]) => [
      Properties.AlarmName,
      Properties.ComparisonOperator,
      Properties.Threshold,
      Properties.EvaluationPeriods,
      Properties.MetricName,
      shown(Properties.Dimensions[0].Value).replace(/[0-9A-F]{8}\}$/, '}'),
    ]);

  it("H15 ring at the first installations' thresholds, over the queue they mean", () => {
    const waiting = 'ApproximateNumberOfMessagesVisible';
    const age = 'ApproximateAgeOfOldestMessage';
    const name = (alarm: string) => `Lightermail-Pipeline-inbound-${alarm}`;
    expect(summary().slice(0, 3)).toEqual([
      [name('dead-letters'), 'GreaterThanThreshold', 50, 1, waiting, '{InboundDeadLetters}'],
      [name('oldest-message'), 'GreaterThanThreshold', 180, 1, age, '{InboundQueue}'],
      [name('queued-messages'), 'GreaterThanThreshold', 180, 5, waiting, '{InboundQueue}'],
    ]);
  });

  it('H15 ring at the first dead letter of every other queue, and at the first message not handed over', () => {
    const waiting = 'ApproximateNumberOfMessagesVisible';
    const first = (alarm: string, queue: string) => [
      `Lightermail-Pipeline-${alarm}`,
      ...['GreaterThanThreshold', 0, 1, waiting, `{${queue}}`],
    ];
    const [, , , ...others] = summary().filter(
      ([alarm]) => !/(?:outbound|engagement|links)-oldest-message$/.test(alarm),
    );
    expect(others).toEqual([
      first('outbound-dead-letters', 'OutboundDeadLetters'),
      first('engagement-dead-letters', 'EngagementDeadLetters'),
      first('links-dead-letters', 'LinkWorkDeadLetters'),
      first('inbound-undelivered', 'InboundUndelivered'),
      first('engagement-undelivered', 'EngagementUndelivered'),
    ]);
  });

  it('H15 ring for a queue that nobody reads, which makes neither errors nor dead letters', () => {
    const age = 'ApproximateAgeOfOldestMessage';
    const idle = (queue: string, id: string) => [
      `Lightermail-Pipeline-${queue}-oldest-message`,
      ...['GreaterThanThreshold', 3600, 1, age, `{${id}Queue}`],
    ];
    expect(summary().filter(([, , threshold]) => threshold === 3600)).toEqual([
      ...[idle('outbound', 'Outbound'), idle('engagement', 'Engagement'), idle('links', 'LinkWork')],
    ]);
  });

  it('take their thresholds from the settings, and tell the alarms topic of their begin and end', () => {
    expect(summary(everything.pipeline).map(([, , threshold]) => threshold)).toEqual([
      ...[1, 2, 3, 0, 0, 0, 3600, 3600, 3600],
      ...Array(6).fill(0),
    ]);
    for (const [, { Properties }] of all('AWS::CloudWatch::Alarm')) {
      expect(shown(Properties.AlarmActions)).toMatch(/^\{AlarmsTopic\w+\}$/);
      expect(shown(Properties.OKActions)).toMatch(/^\{AlarmsTopic\w+\}$/);
      expect(Properties.TreatMissingData).toBe('notBreaching');
    }
  });
});
