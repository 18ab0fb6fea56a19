import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSesEvent, type SesEvent } from '../../../shared/contracts/ses-event.ts';

const sample = (name: string) => readFileSync(join(import.meta.dirname, '../../../events', name), 'utf8');
const emailId = 'k5w3x7q2m4n6p8r1s9t0';

function parse(name: string): SesEvent {
  const event = parseSesEvent(sample(`ses-event/${name}.json`));
  if ('foreign' in event) throw new Error(`foreign: ${event.foreign}`);
  return event;
}

describe('parseSesEvent', () => {
  it.each([
    ['send', 'Send', '2026-03-02T09:15:40.000Z'],
    ['delivery', 'Delivery', '2026-03-02T09:15:42.500Z'],
    ['bounce', 'Bounce', '2026-03-02T09:15:42.500Z'],
    ['complaint', 'Complaint', '2026-03-03T10:00:00.000Z'],
    ['open', 'Open', '2026-03-02T10:01:02.003Z'],
    ['click', 'Click', '2026-03-02T10:01:12.003Z'],
    ['delay', 'DeliveryDelay', '2026-03-02T09:45:40.095Z'],
    ['reject', 'Reject', '2026-03-02T09:15:40.000Z'],
    ['rendering-failure', 'Rendering Failure', '2026-03-02T09:15:40.000Z'],
    ['subscription', 'Subscription', '2026-03-02T09:15:42.500Z'],
    ['unknown-type', 'FutureKind', '2026-03-02T09:15:40.000Z'],
  ])('H6 %s is a %s with its own time', (name, type, at) => {
    expect(parse(name)).toMatchObject({
      type,
      at,
      emailId,
      sesMessageId: '0107018e0f3a5b7c-1a2b3c4d-0000-4000-8000-example00000-000000',
      recipients: ['a@example.com'],
      raw: sample(`ses-event/${name}.json`),
    });
  });

  it('F16 a bounce tells type and sub-type', () => {
    expect(parse('bounce')).toMatchObject({ bounceType: 'Permanent', bounceSubType: 'General' });
    expect(parse('bounce-suppressed')).toMatchObject({ bounceSubType: 'OnAccountSuppressionList' });
    expect(parse('bounce-transient')).toMatchObject({ bounceType: 'Transient', bounceSubType: 'MailboxFull' });
  });

  it('a complaint, an open and a click tell what they know', () => {
    expect(parse('complaint')).toMatchObject({
      complaintFeedbackType: 'abuse',
      userAgent: 'Example Feedback Loop (V0.01)',
    });
    expect(parse('open').userAgent).toContain('Firefox');
    expect(parse('click').link).toBe('https://www.example.com/manual');
  });

  it('H5 one event for several recipients names those it is about', () => {
    const event = JSON.parse(sample('ses-event/bounce.json'));
    event.mail.destination = ['a@example.com', 'b@example.com', 'c@example.com'];
    event.bounce.bouncedRecipients.push({ emailAddress: 'b@example.com' });
    expect(parseSesEvent(JSON.stringify(event))).toMatchObject({ recipients: ['a@example.com', 'b@example.com'] });
  });

  it('the id of the mail stands in the tracking field when there is no tag', () => {
    expect(parse('delivery-tracking-field').emailId).toBe(emailId);
  });

  it('a mail without tag and field is an event without our id', () => {
    const event = JSON.parse(sample('ses-event/send.json'));
    event.mail.tags = { email_id: [] };
    expect(parseSesEvent(JSON.stringify(event))).not.toHaveProperty('emailId');
  });

  it('A10 tags with the names of object members are data', () => {
    const body = sample('ses-event/send.json').replace('"email_id"', '"__proto__": {"email_id": ["x"]}, "constructor"');
    expect(parseSesEvent(body)).not.toHaveProperty('emailId');
    expect(({} as { email_id?: unknown }).email_id).toBeUndefined();
  });

  it('H3 the event id is that of SNS, or the hash of the body: the same each time', () => {
    expect(parse('send-wrapped').eventId).toBe('0d0b5a2e-4f0d-5c1f-9a53-061f5a9b0c11');
    expect(parse('send').eventId).toMatch(/^[0-9a-f]{64}$/);
    expect(parse('send').eventId).toBe(parse('send').eventId);
    expect(parse('send').eventId).not.toBe(parse('delivery').eventId);
  });

  it('H6 what SES may write otherwise does not lose the event', () => {
    const event = JSON.parse(sample('ses-event/delivery.json'));
    event.mail.headers = null;
    event.mail.destination = 'a@example.com';
    event.delivery.recipients = null;
    event.open = [];
    expect(parseSesEvent(JSON.stringify(event))).toMatchObject({ type: 'Delivery', emailId, recipients: [] });
  });

  it.each([
    ['ses-event/identity-feedback.json', 'identity-feedback'],
    ['ses-event/topic-validation-wrapped.json', 'topic-validation'],
    ['ses-received/s3-action.json', 'receipt'],
  ])('%s is foreign', (name, foreign) => {
    expect(parseSesEvent(sample(name))).toEqual({ foreign });
  });

  it.each([
    'invalid/invalid-not-json.json',
    'invalid/invalid-null.json',
    'invalid/invalid-array.json',
    'invalid/invalid-deep.json',
    'invalid/invalid-sns-text.json',
    'invalid/invalid-ses-event-no-mail.json',
    's3/object-created.json',
  ])('A9 %s is refused with ERR_BAD_EVENT', (name) => {
    expect(() => parseSesEvent(sample(name))).toThrow(expect.objectContaining({ code: 'ERR_BAD_EVENT' }));
  });
});
