import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { functions, type QueueName, queues } from '../../../infra/topology.ts';
import { allSettings, onlyResource, resourcesOfType, shown, synthesize } from './synthesized.ts';

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

describe('queues', () => {
  it.each(Object.entries(queueIds) as [QueueName, string][])(
    'B8 %s: six times the timeout hidden, dead letters of the queue itself kept for 14 days',
    (name, id) => {
      const [deadLettersId, deadLetters] = find('AWS::SQS::Queue', `${id}DeadLetters`);
      const [, queue] = find('AWS::SQS::Queue', `${id}Queue`);
      const reader = Object.values(functions).find(({ source }) => source?.queue === name);

      expect(queue.Properties.VisibilityTimeout).toBe(6 * (reader?.timeoutSeconds ?? Number.NaN));
      expect(shown(queue.Properties.RedrivePolicy.deadLetterTargetArn)).toBe(`{${deadLettersId}}`);
      expect(queue.Properties.RedrivePolicy.maxReceiveCount).toBe(queues[name].maxReceiveCount);
      expect(queue.Properties.RedrivePolicy.maxReceiveCount).toBeGreaterThan(1);
      expect(queue.Properties.MessageRetentionPeriod).toBeLessThanOrEqual(1_209_600);
      expect(deadLetters.Properties.MessageRetentionPeriod).toBe(1_209_600);
    },
  );

  it('B8 no function has a dead-letter queue of its own', () => {
    for (const [, { Properties }] of all('AWS::Lambda::Function'))
      expect(Properties).not.toHaveProperty('DeadLetterConfig');
  });

  it.each([
    ['Inbound', /RawArrivalTopic/],
    ['Engagement', /ConfigurationSetsEventsTopic/],
  ])('A22 %s: what its topic cannot deliver is kept for 14 days', (id, topic) => {
    const [undeliveredId, undelivered] = find('AWS::SQS::Queue', `${id}Undelivered`);
    const [, subscription] = find('AWS::SNS::Subscription', id);
    const [policyId, policy] = find('AWS::SQS::QueuePolicy', `${id}UndeliveredPolicy`);

    expect(subscription.Properties.Protocol).toBe('sqs');
    expect(shown(subscription.Properties.TopicArn)).toMatch(topic);
    expect(shown(subscription.Properties.RedrivePolicy.deadLetterTargetArn)).toBe(`{${undeliveredId}}`);
    expect(undelivered.Properties.MessageRetentionPeriod).toBe(1_209_600);
    expect(policyId).toBeDefined();
    expect(JSON.stringify(policy)).toContain('"Service":"sns.amazonaws.com"');
  });

  it('encrypt what they hold, and every queue and topic refuses what does not come over TLS', () => {
    pipeline.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    const deny = Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    const document = { PolicyDocument: Match.objectLike({ Statement: Match.arrayWith([deny]) }) };
    pipeline.allResourcesProperties('AWS::SQS::QueuePolicy', document);
    pipeline.allResourcesProperties('AWS::SNS::TopicPolicy', document);
    everything.data.allResourcesProperties('AWS::SNS::TopicPolicy', document);
  });
});

describe('topics', () => {
  it.each([
    ['Alarms', 'cloudwatch.amazonaws.com', undefined],
    ['ConfigurationSetsEvents', 'ses.amazonaws.com', /configuration-set\/\{ConfigurationSetsTracking\w*\}.*Intact/],
  ])('%s: %s may publish for this account', (id, service, sources) => {
    const [, policy] = find('AWS::SNS::TopicPolicy', id);
    const [statement, ...more] = policy.Properties.PolicyDocument.Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === 'Allow',
    );

    expect(more).toEqual([]);
    expect(statement.Principal).toEqual({ Service: service });
    expect(shown(statement.Condition.StringEquals['aws:SourceAccount'])).toBe('{AccountId}');
    if (sources !== undefined) expect(shown(statement.Condition.ArnLike['aws:SourceArn'])).toMatch(sources);
  });

  it('mail their notices where the settings say', () => {
    for (const [stack, email] of [
      [everything.pipeline, allSettings.alarmEmail],
      [everything.pipeline, allSettings.fallbackEmail],
      [everything.pipeline, allSettings.processedEmail],
      [everything.data, allSettings.arrivalEmail],
    ] as const) {
      stack.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: email });
    }
  });
});

describe('sending', () => {
  it('tells every event, but never tracks opens and clicks of intact mail', () => {
    const types = (id: string) =>
      find('AWS::SES::ConfigurationSetEventDestination', id)[1].Properties.EventDestination.MatchingEventTypes;

    const every = [
      'send',
      'reject',
      'bounce',
      'complaint',
      'delivery',
      'open',
      'click',
      'renderingFailure',
      'deliveryDelay',
      'subscription',
    ];
    expect(types('ConfigurationSetsTrackingEvents')).toEqual(every);
    expect(types('ConfigurationSetsIntactEvents')).toEqual(every.filter((type) => type !== 'open' && type !== 'click'));
  });
});
