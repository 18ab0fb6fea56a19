import { describe, expect, it } from 'vitest';
import { queues } from '../../../infra/topology.ts';
import type { Platform } from '../../../shared/ports/platform.ts';
import { readAwsConfig } from '../../../shared/runtime/aws-config.ts';
import { awsPlatform } from '../../../shared/runtime/aws-platform.ts';

const queueUrl = (name: string) => `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`;
const environment = {
  LIGHTERMAIL_RAW_BUCKET: 'lightermail-raw',
  LIGHTERMAIL_FILES_BUCKET: 'lightermail-files',
  LIGHTERMAIL_TABLE: 'lightermail-records',
  LIGHTERMAIL_INBOUND_QUEUE_URL: queueUrl('inbound'),
  LIGHTERMAIL_INBOUND_DLQ_URL: queueUrl('inbound-dlq'),
  LIGHTERMAIL_OUTBOUND_QUEUE_URL: queueUrl('outbound'),
  LIGHTERMAIL_OUTBOUND_DLQ_URL: queueUrl('outbound-dlq'),
  LIGHTERMAIL_ENGAGEMENT_QUEUE_URL: queueUrl('engagement'),
  LIGHTERMAIL_ENGAGEMENT_DLQ_URL: queueUrl('engagement-dlq'),
  LIGHTERMAIL_LINKS_QUEUE_URL: queueUrl('links'),
  LIGHTERMAIL_LINKS_DLQ_URL: queueUrl('links-dlq'),
  LIGHTERMAIL_FALLBACK_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:fallback',
  LIGHTERMAIL_EMAIL_EVENTS_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:email-events',
  LIGHTERMAIL_PROCESSED_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:processed',
  LIGHTERMAIL_ROUTES_PARAMETER: '/lightermail/routes',
  LIGHTERMAIL_LINK_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:links-AbCdEf',
  LIGHTERMAIL_PUBLIC_URL: 'https://links.example.com',
  LIGHTERMAIL_CONFIGURATION_SET: 'tracked',
};

describe('awsPlatform', () => {
  it('gives every port, each the same whenever it is asked for', () => {
    const platform = awsPlatform(readAwsConfig(environment));
    for (const name of Object.keys(platform) as (keyof Platform)[]) {
      expect(platform[name], name).toBeDefined();
      expect(platform[name], name).toBe(platform[name]);
    }
    expect([platform.raw.bucket, platform.files.bucket]).toEqual(['lightermail-raw', 'lightermail-files']);
    expect(
      [platform.inboundQueue, platform.outboundQueue, platform.engagementQueue].map((queue) => queue.name),
    ).toEqual(['inbound', 'outbound', 'engagement']);
    expect([platform.fallbackTopic.name, platform.sender.settlement]).toEqual(['fallback', 'events']);
  });

  it('takes its settings from the environment and the topology', () => {
    expect(awsPlatform(readAwsConfig({ ...environment, LIGHTERMAIL_RAW_PREFIX: 'incoming/raw/' })).settings).toEqual({
      publicUrl: 'https://links.example.com',
      rawPrefix: 'incoming/raw/',
      linkDelivery: 'redirect',
      configurationSet: 'tracked',
      maxSendAttempts: 5,
      // The account's 14 a second, shared by the seven processes that may send at once.
      sendsPerSecond: 2,
      uncertainSeconds: 900,
      whenUncertain: 'resend',
      maxMailBytes: 41_943_040,
      inboundMaxReceiveCount: queues.inbound.maxReceiveCount,
      outboundMaxReceiveCount: queues.outbound.maxReceiveCount,
    });
  });
});
