import { describe, expect, it } from 'vitest';
import { checkAlarms } from '../../../../functions/ops/doctor/check-alarms.ts';
import { checkKey } from '../../../../functions/ops/doctor/check-keys.ts';
import { checkDeadLetters, checkQueue } from '../../../../functions/ops/doctor/check-queues.ts';
import { checkRawMail } from '../../../../functions/ops/doctor/check-raw-mail.ts';
import { checkTopic, type TopicWire } from '../../../../functions/ops/doctor/check-topics.ts';
import { TransientMailError } from '../../../../shared/errors/mail-error.ts';
import type { EventSource, QueueAttributes, TopicSubscription } from '../../../../shared/ports/deployment-facts.ts';
import { linesOf } from './fakes.ts';

const account = '123456789012';
const allow = (service: string, action: string, sourceArn: string) =>
  JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: action,
        Resource: '*',
        Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      },
    ],
  });
const topicArn = `arn:aws:sns:eu-west-1:${account}:arrival`;
const bucketArn = 'arn:aws:s3:::raw-bucket';
const day = 86_400;
const goodQueue: QueueAttributes = {
  ...{
    arn: `arn:aws:sqs:eu-west-1:${account}:inbound`,
    visibilitySeconds: 1800,
    retentionSeconds: 14 * day,
    messageCount: 0,
  },
  redrive: { deadLetterArn: 'dead-arn', maxReceiveCount: 5 },
  policy: allow('sns.amazonaws.com', 'sqs:SendMessage', topicArn),
};
const goodDead: QueueAttributes = {
  arn: 'dead-arn',
  visibilitySeconds: 30,
  retentionSeconds: 14 * day,
  messageCount: 0,
};
const pair = {
  name: 'inbound',
  url: 'https://sqs/1/inbound',
  deadLettersUrl: 'https://sqs/1/dead',
  timeoutSeconds: 300,
};
const queuesOf = (queue: QueueAttributes | undefined, dead: QueueAttributes | undefined = goodDead) => ({
  attributes: async (url: string) => (url === pair.url ? queue : dead),
});
const reads: EventSource = { functionName: 'reader', isEnabled: true, timeoutSeconds: 300 };

describe('the queue check', () => {
  const look = async (queue: QueueAttributes | undefined, dead = goodDead, sources: readonly EventSource[] = [reads]) =>
    linesOf(await checkQueue(queuesOf(queue, dead), { sourcesOf: async () => sources }, pair));

  it('wants a dead-letter queue that keeps letters, the six-fold visibility timeout, and a reader', async () => {
    const { redrive: _none, ...bare } = goodQueue;
    expect(await look(goodQueue)).toEqual(['ok inbound: has its dead-letter queue and its function']);
    expect((await look(undefined))[0]).toMatch(/^error inbound: there is no queue for inbound/);
    expect((await look(bare))[0]).toMatch(/^error inbound: has no redrive policy/);
    expect((await look(goodQueue, { ...goodDead, arn: 'other' }))[0]).toMatch(/another dead-letter queue/);
    expect((await look(goodQueue, { ...goodDead, retentionSeconds: 4 * day }))[0]).toMatch(
      /kept 4 d, its messages 14 d/,
    );
    expect((await look({ ...goodQueue, visibilitySeconds: 1799 }))[0]).toMatch(
      /timeout is 1799 s, reader may run 300 s/,
    );
    expect((await look(goodQueue, goodDead, []))[0]).toMatch(/feeds no function/);
    expect((await look(goodQueue, goodDead, [{ ...reads, isEnabled: false }]))[0]).toMatch(
      /its feed of reader is disabled/,
    );
  });

  it('holds the rule by what was deployed where Lambda may not be asked, and says that it was not', async () => {
    const denied = new TransientMailError('ERR_CREDENTIALS', 'no', {
      details: { permission: 'lambda:ListEventSourceMappings' },
    });
    const functions = { sourcesOf: () => Promise.reject(denied) };
    expect(linesOf(await checkQueue(queuesOf({ ...goodQueue, visibilitySeconds: 60 }), functions, pair))).toEqual([
      'unknown queues: not allowed to ask: lambda:ListEventSourceMappings is lacking',
      'error inbound: its visibility timeout is 60 s, its function may run 300 s',
    ]);
  });

  it('tells of dead letters, and how to send them on', async () => {
    expect(linesOf(await checkDeadLetters(queuesOf(goodQueue), pair))).toEqual(['ok inbound: no dead letters']);
    expect(await checkDeadLetters(queuesOf(goodQueue, { ...goodDead, messageCount: 3 }), pair)).toEqual([
      expect.objectContaining({
        level: 'warning',
        finding: '3 dead letters wait for an operator',
        whatToDo: expect.stringContaining('redrive inbound'),
      }),
    ]);
  });
});

describe('the topic check', () => {
  const wire: TopicWire = {
    ...{ name: 'arrival', topicArn, publishers: [{ service: 's3.amazonaws.com', sourceArn: bucketArn }] },
    queue: { name: 'inbound', url: pair.url },
  };
  const hears: TopicSubscription = {
    ...{ protocol: 'sqs', endpointArn: goodQueue.arn, isConfirmed: true },
    deadLetterArn: `arn:aws:sqs:eu-west-1:${account}:undelivered`,
  };
  const good = { policy: allow('s3.amazonaws.com', 'sns:Publish', bucketArn) };
  const look = async (over: {
    topic?: { policy?: string } | undefined;
    all?: readonly TopicSubscription[];
    queue?: QueueAttributes;
    wire?: TopicWire;
  }) => {
    const topic = 'topic' in over ? over.topic : good;
    const topics = { attributes: async () => topic, subscriptions: async () => over.all ?? [hears] };
    return linesOf(await checkTopic(topics, queuesOf(over.queue ?? goodQueue), over.wire ?? wire, account));
  };

  it('wants the service to be let in, the queue to hear, and the queue to take it', async () => {
    expect(await look({})).toEqual(['ok arrival: may be published to, and is heard']);
    expect(await look({ topic: undefined })).toEqual(['error arrival: there is no such topic']);
    expect(await look({ topic: {} })).toEqual([
      'error arrival: its policy does not allow s3.amazonaws.com sns:Publish',
    ]);
    expect(await look({ all: [] })).toEqual(['error arrival: the inbound queue does not hear it']);
    const { policy: _none, ...closed } = goodQueue;
    expect(await look({ queue: closed })).toEqual([
      'error inbound queue: its policy does not allow sns.amazonaws.com sqs:SendMessage',
    ]);
  });

  it('tells of messages that the queue could not be handed, and that they would be lost', async () => {
    const asked: string[] = [];
    const topics = { attributes: async () => good, subscriptions: async () => [hears] };
    const waiting = {
      async attributes(url: string) {
        asked.push(url);
        return url.endsWith('/undelivered') ? { ...goodDead, messageCount: 2 } : goodQueue;
      },
    };
    expect(linesOf(await checkTopic(topics, waiting, wire, account))).toEqual([
      'warning arrival: 2 messages could not be handed to the inbound queue and wait in undelivered',
    ]);
    expect(asked).toContain('https://sqs/1/undelivered');
    const { deadLetterArn: _none, ...bare } = hears;
    expect(await look({ all: [bare] })).toEqual([
      'warning arrival: what the inbound queue cannot be handed is lost: the subscription has no dead-letter queue',
    ]);
  });

  it('finds policies that are open to all', async () => {
    const open = JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } });
    expect(await look({ topic: { policy: open } })).toEqual(['error arrival: its policy lets everyone use it']);
    expect(await look({ queue: { ...goodQueue, policy: open } })).toEqual([
      'error inbound queue: its policy lets everyone use it',
    ]);
  });

  it('tells of subscriptions that wait for a person, without their address, and of a topic that nobody hears', async () => {
    const pending: TopicSubscription = { protocol: 'email', isConfirmed: false };
    expect(await look({ all: [hears, pending] })).toEqual([
      'warning arrival: a subscription by email is not confirmed',
    ]);
    const notices: TopicWire = { name: 'fallback', topicArn, publishers: [] };
    expect(await look({ wire: notices, all: [] })).toEqual(['warning fallback: nobody hears it']);
    expect(await look({ wire: { ...notices, mayBeUnheard: true }, all: [] })).toEqual([
      'ok fallback: may be published to, and is heard',
    ]);
  });
});

describe('the raw mail check', () => {
  const raw = { bucket: 'raw-bucket', bucketArn, prefix: 'raw/', ruleArn: 'arn:rule', accountId: account };
  const tells = { prefix: 'raw/', events: ['s3:ObjectCreated:*'], targetArn: topicArn };
  const policy = allow('ses.amazonaws.com', 's3:PutObject', 'arn:rule');
  const look = async (notifications: readonly (typeof tells)[], bucketPolicy: string | undefined) =>
    linesOf(await checkRawMail({ notifications: async () => notifications, policy: async () => bucketPolicy }, raw));

  it('wants SES to write, and the bucket to tell', async () => {
    expect(await look([tells], policy)).toEqual(['ok raw-bucket: tells of mail, and SES may write to it']);
    expect(await look([{ ...tells, prefix: '' }], policy)).toEqual([expect.stringMatching(/^ok/)]);
    expect((await look([{ ...tells, prefix: 'other/' }], policy))[0]).toMatch(/^error .*tells nobody/);
    expect((await look([{ ...tells, events: ['s3:ObjectRemoved:*'] }], policy))[0]).toMatch(/^error .*tells nobody/);
    expect((await look([tells], undefined))[0]).toMatch(/^error .*does not let SES write/);
    expect((await look([tells], 'not JSON'))[0]).toMatch(/^unknown/);
    // No rule set is active, which another check says: nobody writes.
    const { ruleArn: _none, ...idle } = raw;
    const buckets = { notifications: async () => [tells], policy: async () => undefined };
    expect(linesOf(await checkRawMail(buckets, idle))).toEqual([expect.stringMatching(/^ok/)]);
  });
});

describe('the key check', () => {
  const thing = { name: 'arrival', keyId: 'k', writers: [{ service: 's3.amazonaws.com', sourceArn: bucketArn }] };
  const key = { isAwsManaged: false, state: 'Enabled' };
  const look = async (found: typeof key & { policy?: string }) =>
    linesOf(await checkKey({ key: async () => found }, thing, account));

  it('wants a key that is enabled and serves who writes; AWS’s own never does', async () => {
    const policy = JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
        Resource: '*',
      },
    });
    expect(await look({ ...key, policy })).toEqual(['ok arrival: its key serves who writes to it']);
    expect((await look({ ...key, state: 'Disabled', policy }))[0]).toMatch(/^error arrival: its key is Disabled/);
    expect((await look(key))[0]).toMatch(/does not give kms:GenerateDataKey and kms:Decrypt to s3\.amazonaws\.com/);
    const unclear = policy.replace('"Resource"', '"Condition":{"StringEquals":{"kms:ViaService":"x"}},"Resource"');
    expect((await look({ ...key, policy: unclear }))[0]).toMatch(/^unknown arrival: .*cannot judge/);
    expect((await look({ ...key, isAwsManaged: true }))[0]).toMatch(/^error .*cannot use AWS's own key/);
  });
});

describe('the alarm check', () => {
  it('tells of alarms over our queues and of our stack, and of no other', async () => {
    const ringing = [
      { name: 'a', description: 'too old', queueName: 'inbound' },
      { name: 'b', description: '', queueName: 'theirs' },
      { name: 'Lightermail-Pipeline-x', description: '' },
    ];
    const alarms = { ringing: async () => ringing };
    expect(linesOf(await checkAlarms(alarms, new Set(['inbound']), 'Lightermail-Pipeline'))).toEqual([
      'warning a: rings: too old',
      'warning Lightermail-Pipeline-x: rings: no description',
    ]);
    expect(linesOf(await checkAlarms(alarms, new Set()))).toEqual(['ok alarms: none rings']);
  });
});
