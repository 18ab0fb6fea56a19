import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmailEvent, emailEventSchema } from '../../../shared/contracts/email-event.ts';
import { recordEvent } from '../../../shared/engagement/record-event.ts';
import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import { emailEventTopic } from '../../../shared/records/email-event-topic.ts';
import { createEmailOutbox } from '../../../shared/records/email-outbox.ts';
import { createIds } from '../../../shared/runtime/ids.ts';
import { recordsOf } from '../../../shared/runtime/records.ts';
import { dyingStore } from '../../contract/email-records/dying-store.ts';
import { sampleAt, sampleEmail, sesEventBody } from '../../contract/email-records/sample-email.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { openTemporaryStores } from '../../support/temporary-stores.ts';

let clock: ManualClock;
let stores: Awaited<ReturnType<typeof openTemporaryStores>>;
let told: EmailEvent[];
let fault: Error | undefined;

beforeEach(async () => {
  clock = createManualClock(sampleAt);
  stores = await openTemporaryStores(clock);
  told = [];
  fault = undefined;
});
afterEach(() => stores.close());

const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };
const sink = {
  publish: async (event: EmailEvent) => {
    if (fault !== undefined) throw fault;
    told.push(emailEventSchema.parse(event));
  },
};

function open(store = stores.store, emailEvents = sink) {
  const records = recordsOf({ store, clock, ids: createIds(clock), log, emailEvents });
  if (records.outbox === undefined) throw new Error('no outbox');
  const ports = { ...records, clock, log };
  return { ...records, outbox: records.outbox, record: (body: string) => recordEvent(ports, body) };
}

describe('events out', () => {
  it('each change of an email is told once, with a state, a time and no address', async () => {
    const { emails, record, outbox } = open();
    const email = sampleEmail({ state: 'queued' });
    await emails.create(email);
    await emails.change(email.emailId, () => ({ state: 'sending' }));
    await emails.change(email.emailId, () => ({ state: 'sent', fields: { sentAt: sampleAt } }));
    await record(sesEventBody(email.emailId, 'Delivery', 5));
    const read = sesEventBody(email.emailId, 'Open', 600, { userAgent: 'Mozilla/5.0 (X11; Linux)' });
    await record(read);
    await record(read);
    await record(sesEventBody(email.emailId, 'Open', 601, { userAgent: 'Mozilla/5.0' }));

    expect(told.map(({ type, status, actor }) => [type, status, actor])).toEqual([
      ['sent', 'sent', undefined],
      ['delivered', 'delivered', undefined],
      ['opened', 'delivered', 'person'],
      ['opened', 'delivered', 'proxy-prefetch'],
    ]);
    expect(told.at(-1)).toMatchObject({ email_id: email.emailId, group_id: email.groupId, open_count: 2 });
    expect(JSON.stringify(told)).not.toContain('@');
    expect(new Set(told.map(({ event_id }) => event_id)).size).toBe(4);
    await outbox.settle();
    clock.advance(61);
    expect(await outbox.sweep()).toBe(0);
  });

  it('H16 what the carrier does not take waits, and is told later under the same id', async () => {
    const { emails, outbox } = open();
    const email = sampleEmail({ state: 'sending' });
    await emails.create(email);
    fault = new TransientMailError('ERR_TOPIC_UNAVAILABLE', 'down');
    await emails.change(email.emailId, () => ({ state: 'sent', fields: { sentAt: sampleAt } }));
    expect(told).toEqual([]);
    fault = undefined;
    expect(await outbox.sweep()).toBe(0);
    clock.advance(61);
    expect(await outbox.sweep()).toBe(1);
    expect(told).toMatchObject([{ type: 'sent', email_id: email.emailId }]);
    expect(await outbox.sweep()).toBe(0);
  });

  it('a crash between the commit and its telling loses no event', async () => {
    const email = sampleEmail({ state: 'sending' });
    await open().emails.create(email);
    const dying = open(dyingStore(stores.store, 2).store);
    await dying.emails.change(email.emailId, () => ({ state: 'sent', fields: { sentAt: sampleAt } })).catch(silent);
    expect(told).toEqual([]);
    expect(await open().emails.read(email.emailId)).toMatchObject({ state: 'sent' });
    clock.advance(61);
    await createEmailOutbox({ store: stores.store, clock, log, sink }).sweep();
    expect(told).toMatchObject([{ type: 'sent' }]);
  });

  it('goes to the topic with its type as an attribute', async () => {
    const topic = stores.topics['email-events'];
    const { emails } = open(stores.store, emailEventTopic(topic));
    const email = sampleEmail({ state: 'sending' });
    await emails.create(email);
    await emails.change(email.emailId, () => ({ state: 'sent', fields: { sentAt: sampleAt } }));
    const [notice] = await stores.readNotices('email-events', 10);
    expect(notice).toMatchObject({ attributes: { type: 'sent', status: 'sent' } });
    expect(emailEventSchema.parse(JSON.parse(notice?.message ?? ''))).toMatchObject({ email_id: email.emailId });
  });
});
