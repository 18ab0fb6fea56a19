import { describe, expect, it } from 'vitest';
import { readNatsConfig } from '../../../shared/runtime/nats-config.ts';

describe('readNatsConfig', () => {
  it('has the defaults of the contract', () => {
    expect(readNatsConfig({})).toEqual({
      natsUrl: 'nats://localhost:4222',
      subjectPrefix: 'lfx.email-service',
      port: 8080,
      bind: '127.0.0.1',
      isEnabled: false,
      transport: 'smtp',
      smtp: { host: 'localhost', port: 587 },
      defaultFrom: { address: 'noreply@lfx.linuxfoundation.org', name: 'LFX Self Serve' },
      fromDomains: ['lfx.linuxfoundation.org'],
      replyToDomains: ['linuxfoundation.org'],
      recipientDomains: [],
      isEventing: false,
      recordStore: 'nats',
      logLevel: 'info',
      logAddsSource: false,
      warnings: [],
    });
  });

  it.each([
    ['true', true],
    ['t', true],
    ['1', true],
    ['TRUE', false],
    ['yes', false],
    ['on', false],
    ['2', false],
    ['', false],
  ])('EMAIL_ENABLED=%j enables: %s', (text, isEnabled) => {
    expect(readNatsConfig({ EMAIL_ENABLED: text }).isEnabled).toBe(isEnabled);
  });

  it.each(['x', '0', '70000', '25.5', '-1', '587tcp'])('warns of SMTP_PORT=%j and uses 587', (text) => {
    const { smtp, warnings } = readNatsConfig({ SMTP_PORT: text });
    expect(smtp.port).toBe(587);
    expect(warnings).toEqual([expect.stringContaining('SMTP_PORT')]);
  });

  it('prefers DEFAULT_SMTP_FROM to the older SMTP_FROM', () => {
    expect(readNatsConfig({ SMTP_FROM: 'old@example.com' }).defaultFrom.address).toBe('old@example.com');
    const both = { SMTP_FROM: 'old@example.com', DEFAULT_SMTP_FROM: 'new@example.com' };
    expect(readNatsConfig(both).defaultFrom.address).toBe('new@example.com');
    expect(readNatsConfig({ ...both, DEFAULT_SMTP_FROM: '' }).defaultFrom.address).toBe('old@example.com');
  });

  it('reads lists with white space and in any case; set to nothing, senders and reply addresses are none', () => {
    const lists = {
      SMTP_ALLOWED_FROM_DOMAINS: ' A.example , b.example,',
      SMTP_ALLOWED_REPLY_TO_DOMAINS: '',
      SMTP_ALLOWED_RECIPIENT_DOMAINS: '',
    };
    expect(readNatsConfig(lists)).toMatchObject({
      fromDomains: ['a.example', 'b.example'],
      replyToDomains: [],
      recipientDomains: [],
    });
    expect(readNatsConfig({ SMTP_ALLOWED_FROM_DOMAINS: '' }).fromDomains).toEqual([]);
  });

  it('takes a log level in any case, and info with a warning for one that is none', () => {
    expect(readNatsConfig({ LOG_LEVEL: 'DEBUG' })).toMatchObject({ logLevel: 'debug', warnings: [] });
    expect(readNatsConfig({ LOG_LEVEL: 'loud' })).toMatchObject({ logLevel: 'info', warnings: [expect.any(String)] });
  });

  it.each([
    [{ PORT: 'x' }, /^PORT /],
    [{ BIND: 'localhost' }, /^BIND /],
    [{ MAIL_TRANSPORT: 'pigeon' }, /^MAIL_TRANSPORT /],
    [{ RECORD_STORE: 'paper' }, /^RECORD_STORE /],
    [{ RECORD_STORE: 'dynamodb' }, /^LIGHTERMAIL_TABLE /],
    [{ DEFAULT_SMTP_FROM: 'nobody' }, /^DEFAULT_SMTP_FROM /],
    [{ NATS_SUBJECT_PREFIX: 'a.*' }, /^NATS_SUBJECT_PREFIX /],
    [{ SES_CONFIGURATION_SET: 'a\r\nb' }, /^SES_CONFIGURATION_SET /],
    [{ SES_ENGAGEMENT_SQS_QUEUE_URL: 'queue' }, /^SES_ENGAGEMENT_SQS_QUEUE_URL /],
  ])('refuses %j by name', (environment, message) => {
    expect(() => readNatsConfig(environment)).toThrow(message);
  });
});
