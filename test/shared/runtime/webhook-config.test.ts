import { describe, expect, it } from 'vitest';
import { sampleEnvironment } from '../../../scripts/sample-environment.ts';
import { toErrorCode } from '../../../shared/errors/mail-error.ts';
import { readWebhookConfig } from '../../../shared/runtime/webhook-config.ts';

const topic = 'arn:aws:sns:eu-west-1:123456789012:arrival';
const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/inbound';
const queued = { LIGHTERMAIL_WEBHOOK_TOPIC_ARNS: topic, LIGHTERMAIL_INBOUND_QUEUE_URL: queueUrl };
const {
  LIGHTERMAIL_INBOUND_QUEUE_URL: _inbound,
  LIGHTERMAIL_ENGAGEMENT_QUEUE_URL: _engagement,
  LIGHTERMAIL_ENGAGEMENT_DLQ_URL: _engagementDeadLetters,
  ...withoutQueues
} = sampleEnvironment;

function faultsOf(env: Record<string, string | undefined>): string[] {
  try {
    readWebhookConfig(env);
  } catch (error) {
    expect(toErrorCode(error)).toBe('ERR_SETTING');
    return (error as Error).message.split('\n');
  }
  throw new Error('the settings were taken');
}

describe('readWebhookConfig', () => {
  it('needs topics and a queue alone, and listens on the loopback', () => {
    expect(readWebhookConfig(queued)).toEqual({
      ...{ bind: '127.0.0.1', port: 8080, topicArns: [topic], proxyCount: 0, logLevel: 'info' },
      delivery: { way: 'queue', queueUrl },
    });
  });

  it('processes events here when there is no queue, with the environment of the inbound processor', () => {
    const env = { ...withoutQueues, LIGHTERMAIL_WEBHOOK_TOPIC_ARNS: `${topic}, ${topic}-2` };
    const { topicArns, delivery } = readWebhookConfig(env);
    expect(topicArns).toEqual([topic, `${topic}-2`]);
    expect(delivery).toMatchObject({ way: 'inline', concurrency: 4, aws: { LIGHTERMAIL_TABLE: 'sample-records' } });
  });

  it('B24 names everything that is missing, one line each', () => {
    const faults = faultsOf({});
    expect(faults).toContainEqual(expect.stringMatching(/^LIGHTERMAIL_WEBHOOK_TOPIC_ARNS is not set: must be ARNs/));
    expect(faults).toContainEqual(expect.stringMatching(/^LIGHTERMAIL_RAW_BUCKET is not set/));
    expect(faults.filter((line) => line.includes('INBOUND_QUEUE') || line.includes('ENGAGEMENT'))).toEqual([]);
    expect(faultsOf({ LIGHTERMAIL_INBOUND_QUEUE_URL: queueUrl })).toHaveLength(1);
  });

  it.each([
    ['LIGHTERMAIL_WEBHOOK_TOPIC_ARNS', 'arrival'],
    ['LIGHTERMAIL_WEBHOOK_TOPIC_ARNS', `${topic},`],
    ['LIGHTERMAIL_WEBHOOK_TOPIC_ARNS', `${topic}.fifo`],
    ['LIGHTERMAIL_WEBHOOK_TOPIC_ARNS', 'arn:aws-iso:sns:us-iso-east-1:123456789012:arrival'],
    ['LIGHTERMAIL_WEBHOOK_BIND', 'localhost'],
    ['LIGHTERMAIL_WEBHOOK_PORT', '65536'],
    ['LIGHTERMAIL_WEBHOOK_PORT', '-1'],
    ['LIGHTERMAIL_WEBHOOK_PROXIES', 'many'],
    ['LIGHTERMAIL_WEBHOOK_CERTIFICATES_FROM', 'http://sns.example.com:80'],
    ['LIGHTERMAIL_WEBHOOK_CERTIFICATES_FROM', 'http://127.0.0.1.evil.example:80'],
    ['LIGHTERMAIL_WEBHOOK_CERTIFICATES_FROM', 'http://127.0.0.1:99999'],
    ['LIGHTERMAIL_LOG_LEVEL', 'loud'],
    ['LIGHTERMAIL_INBOUND_QUEUE_URL', 'inbound'],
  ])('B24 refuses %s=%s with a line that names it', (name, value) => {
    expect(faultsOf({ ...queued, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} is .*: must `)),
    ]);
  });

  it('B24 refuses a bad concurrency where events are processed', () => {
    const env = { ...withoutQueues, LIGHTERMAIL_WEBHOOK_TOPIC_ARNS: topic, LIGHTERMAIL_WEBHOOK_CONCURRENCY: '0' };
    expect(faultsOf(env)).toEqual([expect.stringMatching(/^LIGHTERMAIL_WEBHOOK_CONCURRENCY is "0": must be/)]);
  });
});
