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

const atSecond = (second: number) => new Date(Date.parse('2026-01-01T00:00:00.000Z') + second * 1000).toISOString();

const event = (type: string, second: number, more: Partial<SesEvent> = {}): SesEvent => ({
  eventId: `${type}-${second}`,
  type,
  at: atSecond(second),
  mailAt: atSecond(0),
  emailId: 'e1',
  sesMessageId: 'ses-1',
  recipients: ['to@example.com'],
  raw: '{}',
  ...more,
});

const person = { userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)' };
const apple = { userAgent: 'Mozilla/5.0' };
const gmail = {
  userAgent: 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
};

/** Merges each event id once, as the store's items of events see to it. */
function applyAll(events: readonly SesEvent[], start = sending): EmailRecord {
  const seen = new Set<string>();
  let email = start;
  for (const one of events) {
    if (seen.has(one.eventId)) continue;
    seen.add(one.eventId);
    const { state, fields = {} } = applySesEvent(email, one);
    const merged = Object.entries({ ...email, ...fields, state }).filter(
      ([, value]) => value !== null && value !== undefined,
    );
    email = Object.fromEntries(merged) as unknown as EmailRecord;
  }
  return email;
}

/** A generator with a fixed seed: numbers from 0 to 1. @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const list = [...items];
  for (let index = list.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [list[index], list[other]] = [list[other] as Item, list[index] as Item];
  }
  return list;
}

describe('applySesEvent', () => {
  it('F2 settles an attempt whose answer was lost', () => {
    const settled = applyAll([event('Send', 1)]);
    expect(settled).toMatchObject({ state: 'sent', transportId: 'ses-1', sentAt: atSecond(1) });
    expect(settled.owner).toBeUndefined();
  });

  it('H3 H4 gives one record for 20,000 permutations of its events, each 1 to 5 times', () => {
    const events = [
      event('Send', 0),
      event('DeliveryDelay', 30),
      event('Delivery', 60),
      event('Open', 61, apple),
      event('Open', 65, person),
      event('Open', 3_600, gmail),
      event('Open', 7_200, person),
      event('Click', 62, { ...person, link: 'https://a.example/1' }),
      event('Click', 7_210, { ...person, link: 'https://a.example/1' }),
      event('Click', 7_211, { ...person, link: 'https://a.example/2' }),
      event('Click', 9_000, { ...person, link: 'https://a.example/2' }),
      event('Bounce', 8_000, { bounceType: 'Transient', bounceSubType: 'General' }),
      event('Bounce', 8_500, { bounceType: 'Permanent', bounceSubType: 'Suppressed', sesMessageId: 'ses-2' }),
      event('Complaint', 9_500, { complaintFeedbackType: 'abuse' }),
      event('Something New', 9_600),
    ];
    const reference = applyAll(events);
    expect(reference).toMatchObject({
      state: 'complained',
      statusReason: 'abuse',
      sentAt: atSecond(0),
      deliveredAt: atSecond(60),
      bouncedAt: atSecond(8_000),
      failedAt: atSecond(8_000),
      ...{ openCount: 4, machineOpenCount: 3, clickCount: 4, machineClickCount: 3 },
      ...{ lastOpenedAt: atSecond(7_200), lastClickedAt: atSecond(9_000) },
    });
    const random = createRandom(20_261_122);
    const text = JSON.stringify(sorted(reference));
    for (let run = 0; run < 20_000; run += 1) {
      const repeated = events.flatMap((one) => Array<SesEvent>(1 + Math.floor(random() * 5)).fill(one));
      const got = JSON.stringify(sorted(applyAll(shuffled(repeated, random))));
      if (got !== text) expect(got, `run ${run}`).toBe(text);
    }
  });

  it('keeps a bounce when a delivery comes after it, and the delivery too', () => {
    const email = applyAll([event('Bounce', 1), event('Delivery', 2)]);
    expect(email).toMatchObject({ state: 'bounced', deliveredAt: atSecond(2), failedAt: atSecond(1) });
  });

  it('F16 an address on SES’s suppression list ends as bounced, with the reason', () => {
    const suppressed = { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' };
    expect(applyAll([event('Send', 0), event('Bounce', 1, suppressed)])).toMatchObject({
      state: 'bounced',
      statusReason: 'Permanent/OnAccountSuppressionList',
    });
  });

  it('F4 a late event of another attempt changes no end', () => {
    const sent: EmailRecord = { ...sending, state: 'sent', sentAt: atSecond(5), transportId: 'ses-1' };
    const late = applyAll([event('Send', 6, { sesMessageId: 'ses-0' })], sent);
    expect(late).toMatchObject({ state: 'sent', sentAt: atSecond(5) });
  });

  it('H10 shows the newest 500 opens and counts them all', () => {
    const opens = Array.from({ length: 1_200 }, (_, index) => event('Open', 1_000 + index, person));
    const email = applyAll(opens);
    expect(email.openCount).toBe(1_200);
    expect(email.openedAtList).toHaveLength(500);
    expect(email.openedAtList?.[0]?.at).toBe(atSecond(2_199));
    expect(JSON.stringify(email).length).toBeLessThan(100_000);
  });
});

/** Equal records, whatever order their fields were set in. */
function sorted(email: EmailRecord): object {
  return Object.fromEntries(Object.entries(email).sort(([one], [other]) => (one < other ? -1 : 1)));
}
