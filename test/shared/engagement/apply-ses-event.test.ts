import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EmailRecord } from '../../../shared/contracts/records.ts';
import type { SesEvent } from '../../../shared/contracts/ses-event.ts';
import { applySesEvent } from '../../../shared/engagement/apply-ses-event.ts';

const sending: EmailRecord = {
  emailId: 'e1',
  groupId: 'g1',
  state: 'sending',
  owner: 'me',
  mailFrom: 'from@example.com',
  rcptTo: 'to@example.com',
  subject: 's',
  mimeKey: 'mime/e1',
  sizeBytes: 1,
  intact: false,
  attempts: 1,
  revision: 1,
  possibleDuplicate: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  changedAt: '2026-01-01T00:00:00.000Z',
};

const event = (type: string, minute: number): SesEvent => ({
  eventId: `${type}-${minute}`,
  type,
  at: `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`,
  emailId: 'e1',
  sesMessageId: 'ses-1',
  recipients: ['to@example.com'],
  raw: '{}',
});

function applyAll(events: readonly SesEvent[]) {
  let email: EmailRecord = sending;
  for (const one of events) {
    const { state, fields } = applySesEvent(email, one);
    const merged = Object.entries({ ...email, ...fields, state }).filter(
      ([, value]) => value !== null && value !== undefined,
    );
    email = Object.fromEntries(merged) as unknown as EmailRecord;
  }
  return email;
}

describe('applySesEvent', () => {
  it('F2 settles an attempt whose answer was lost', () => {
    expect(applyAll([event('Send', 1)])).toMatchObject({
      state: 'sent',
      transportId: 'ses-1',
      sentAt: event('Send', 1).at,
    });
    expect(applyAll([event('Send', 1)]).owner).toBeUndefined();
  });

  it('H4 gives the same state and times in whatever order, and however often, events come', () => {
    const events = [
      event('Send', 1),
      event('Delivery', 2),
      event('Open', 3),
      event('Bounce', 4),
      event('Complaint', 5),
    ];
    const reference = applyAll(events);
    expect(reference).toMatchObject({ state: 'complained', deliveredAt: event('Delivery', 2).at });
    fc.assert(
      fc.property(fc.shuffledSubarray([...events, ...events], { minLength: 10, maxLength: 10 }), (shuffled) => {
        expect(applyAll(shuffled)).toEqual(reference);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a bounce when a delivery comes after it', () => {
    expect(applyAll([event('Bounce', 1), event('Delivery', 2)]).state).toBe('bounced');
  });
});
