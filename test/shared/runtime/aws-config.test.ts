import { describe, expect, it } from 'vitest';
import { PermanentMailError } from '../../../shared/errors/mail-error.ts';
import { readAwsConfig } from '../../../shared/runtime/aws-config.ts';

const queueUrl = (name: string) => `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`;
const complete = {
  LIGHTERMAIL_RAW_BUCKET: 'lightermail-raw',
  LIGHTERMAIL_FILES_BUCKET: 'lightermail-files',
  LIGHTERMAIL_TABLE: 'lightermail-records',
  LIGHTERMAIL_INBOUND_QUEUE_URL: queueUrl('inbound'),
  LIGHTERMAIL_INBOUND_DLQ_URL: queueUrl('inbound-dlq'),
  LIGHTERMAIL_OUTBOUND_QUEUE_URL: queueUrl('outbound'),
  LIGHTERMAIL_OUTBOUND_DLQ_URL: queueUrl('outbound-dlq'),
  LIGHTERMAIL_ENGAGEMENT_QUEUE_URL: queueUrl('engagement'),
  LIGHTERMAIL_ENGAGEMENT_DLQ_URL: queueUrl('engagement-dlq'),
  LIGHTERMAIL_FALLBACK_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:fallback',
  LIGHTERMAIL_ROUTES_PARAMETER: '/lightermail/routes',
  LIGHTERMAIL_LINK_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:links-AbCdEf',
  LIGHTERMAIL_PUBLIC_URL: 'https://links.example.com',
};

function faultOf(env: Record<string, string | undefined>): string {
  try {
    readAwsConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(PermanentMailError);
    expect(error).toMatchObject({ code: 'ERR_SETTING' });
    return (error as Error).message;
  }
  throw new Error('the settings were taken');
}

describe('readAwsConfig', () => {
  it('A18 refuses to write into the bucket that mail arrives in, which would run in circles', () => {
    expect(faultOf({ ...complete, LIGHTERMAIL_FILES_BUCKET: complete.LIGHTERMAIL_RAW_BUCKET })).toBe(
      'LIGHTERMAIL_FILES_BUCKET is "lightermail-raw": must not be the bucket of raw mail: what is written there arrives as mail',
    );
  });

  it('takes a complete environment and fills in what has a default', () => {
    expect(readAwsConfig({ ...complete, PATH: '/usr/bin', LIGHTERMAIL_CONFIGURATION_SET: '' })).toEqual({
      ...complete,
      LIGHTERMAIL_RAW_PREFIX: 'raw/',
      LIGHTERMAIL_METRICS_NAMESPACE: 'Lightermail',
      LIGHTERMAIL_MAX_SEND_ATTEMPTS: 5,
      LIGHTERMAIL_MAX_SEND_RATE: 14,
      LIGHTERMAIL_UNCERTAIN_SECONDS: 900,
      LIGHTERMAIL_WHEN_UNCERTAIN: 'resend',
    });
  });

  it.each(Object.keys(complete))('B24 without %s: one line that names it', (name) => {
    const fault = faultOf({ ...complete, [name]: undefined });
    expect(fault).toMatch(new RegExp(`^${name} is not set: must be `));
    expect(fault).not.toContain('\n');
  });

  it.each([
    ['LIGHTERMAIL_RAW_BUCKET', 'Upper_Case'],
    ['LIGHTERMAIL_RAW_PREFIX', '/mail'],
    ['LIGHTERMAIL_RAW_PREFIX', 'mail'],
    ['LIGHTERMAIL_TABLE', 'a b'],
    ['LIGHTERMAIL_INBOUND_QUEUE_URL', 'inbound'],
    ['LIGHTERMAIL_FALLBACK_TOPIC_ARN', 'arn:aws:sqs:eu-central-1:123456789012:fallback'],
    ['LIGHTERMAIL_ROUTES_PARAMETER', 'routes and more'],
    ['LIGHTERMAIL_LINK_SECRET_ARN', 'links'],
    ['LIGHTERMAIL_LINK_SIGNER_SECRET_ARN', 'signer'],
    ['LIGHTERMAIL_CONFIGURATION_SET', 'a.b'],
    ['LIGHTERMAIL_INTACT_CONFIGURATION_SET', 'a b'],
    ['LIGHTERMAIL_PUBLIC_URL', 'https://links.example.com/'],
    ['LIGHTERMAIL_PUBLIC_URL', 'http://links.example.com'],
    ['LIGHTERMAIL_MAX_SEND_ATTEMPTS', '0'],
    ['LIGHTERMAIL_MAX_SEND_ATTEMPTS', '1.5'],
    ['LIGHTERMAIL_UNCERTAIN_SECONDS', 'soon'],
    ['LIGHTERMAIL_WHEN_UNCERTAIN', 'retry'],
  ])('B24 %s set to %s: one line that names it and says what is allowed', (name, value) => {
    expect(faultOf({ ...complete, [name]: value })).toMatch(new RegExp(`^${name} is .+: must be [^\n]+$`));
  });
});
