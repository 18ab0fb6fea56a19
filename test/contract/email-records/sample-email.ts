import type { EmailRecord } from '../../../shared/contracts/records.ts';
import { uniqueName } from '../unique-name.ts';

export const sampleAt = '2026-05-01T10:00:00.000Z';

export function sampleEmail(fields: Partial<EmailRecord> = {}): EmailRecord {
  return {
    emailId: uniqueName('email').toLowerCase(),
    groupId: uniqueName('group'),
    state: 'queued',
    mailFrom: 'notifications@example.com',
    rcptTo: 'anna@example.com',
    subject: 'sample',
    mimeKey: 'mime/sample',
    sizeBytes: 1,
    intact: false,
    attempts: 0,
    possibleDuplicate: false,
    revision: 0,
    createdAt: sampleAt,
    changedAt: sampleAt,
    ...fields,
  };
}

/** The body of an event as SES publishes it and SNS wraps it; `id` is SNS's id of the message. */
export function sesEventBody(emailId: string, type: string, second: number, more: object = {}, id?: string): string {
  const timestamp = new Date(Date.parse(sampleAt) + second * 1000).toISOString();
  const part = type.toLowerCase() === 'deliverydelay' ? 'deliveryDelay' : type.toLowerCase();
  const event = {
    eventType: type,
    mail: { timestamp: sampleAt, messageId: `ses-${emailId}`, tags: { email_id: [emailId] } },
    [part]: { timestamp, ...more },
  };
  const MessageId = id ?? `${emailId}-${type}-${second}`;
  return JSON.stringify({
    Type: 'Notification',
    MessageId,
    TopicArn: 'arn:aws:sns:eu-central-1:123456789012:ses-events',
    Message: JSON.stringify(event),
    Timestamp: timestamp,
  });
}

export const hardBounce = { bounceType: 'Permanent', bounceSubType: 'General' };
