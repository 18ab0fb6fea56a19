import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { natsEmailEvents } from '../../../../shared/adapters/nats/nats-email-events.ts';
import { type NatsRecordStore, openNatsRecordStore } from '../../../../shared/adapters/nats/nats-record-store.ts';
import { emailEventSchema } from '../../../../shared/contracts/email-event.ts';
import { walkCounts } from '../../../../shared/records/group-counts.ts';
import { openDesk } from '../../../contract/email-records/desk.ts';
import { sampleAt, sampleEmail, sesEventBody } from '../../../contract/email-records/sample-email.ts';
import { uniqueName } from '../../../contract/unique-name.ts';
import { createManualClock } from '../../../support/manual-clock.ts';
import { type NatsServer, startNatsServer } from '../../../support/nats-server.ts';

let server: NatsServer;
let connection: NatsConnection;
let store: NatsRecordStore;
let emailBucket: KV;
let groupBucket: KV;
const clock = createManualClock(sampleAt);

beforeAll(async () => {
  server = await startNatsServer();
  connection = await connect({ servers: server.url });
  store = await openNatsRecordStore({ connection, clock, mayCreateBuckets: true });
  const kvm = new Kvm(connection);
  [emailBucket, groupBucket] = await Promise.all([kvm.open('email-recipients'), kvm.open('email-group-index')]);
});
afterAll(async () => {
  await connection?.close();
  await server?.stop();
});

describe('NATS KV beside the peer', () => {
  it('a record of ours has the peer’s fields under the email’s id', async () => {
    const { emails, record } = openDesk(store);
    const email = sampleEmail({ state: 'sent', sentAt: sampleAt });
    await emails.create(email);
    await record(sesEventBody(email.emailId, 'Delivery', 5));
    await record(sesEventBody(email.emailId, 'Open', 60, {}, 'sns-7'));
    expect((await emailBucket.get(email.emailId))?.json()).toMatchObject({
      email_id: email.emailId,
      group_id: email.groupId,
      to: 'anna@example.com',
      subject: 'sample',
      sent_at: sampleAt,
      delivered: true,
      delivered_at: '2026-05-01T10:00:05.000Z',
      opened: true,
      open_count: 1,
      opened_at_list: [{ event_id: 'sns-7', opened_at: '2026-05-01T10:01:00.000Z' }],
      last_opened_at: '2026-05-01T10:01:00.000Z',
      failed: false,
    });
  });

  it('the peer’s records and its array of a group are read, counted, and changed', async () => {
    const { emails, record } = openDesk(store);
    const groupId = uniqueName('old');
    const old = [uniqueName('peer-a'), uniqueName('peer-b')];
    for (const [index, email_id] of old.entries()) {
      const flags = { delivered: true, delivered_at: sampleAt, opened: index > 0, open_count: index, failed: false };
      const wire = { email_id, group_id: groupId, to: 'a@example.com', subject: 's', sent_at: sampleAt, ...flags };
      await emailBucket.put(email_id, JSON.stringify(wire));
    }
    await groupBucket.put(groupId, JSON.stringify([...old, 'vanished']));
    const ours = sampleEmail({ groupId, state: 'sent', sentAt: sampleAt });
    await emails.create(ours);
    expect((await emails.ofGroup(groupId)).map(({ emailId }) => emailId).sort()).toEqual([...old, ours.emailId].sort());
    expect(await emails.groupAnalytics(groupId)).toMatchObject({ total_sent: 3, delivered: 2, opened: 1 });

    await record(sesEventBody(old[0] ?? '', 'Open', 60));
    expect(await emails.groupAnalytics(groupId)).toMatchObject({ total_sent: 3, opened: 2, unique_opened: 2 });
    await store.settle();
    await record(sesEventBody(old[1] ?? '', 'Open', 70));
    const counts = await emails.groupAnalytics(groupId);
    expect(counts).toMatchObject({ total_sent: 3, delivered: 2, opened: 3, unique_opened: 2 });
    expect(counts).toEqual(walkCounts(await emails.sentOfGroup(groupId)));
    expect((await groupBucket.get(groupId))?.json()).toHaveLength(3);
  });

  it('2,000 emails made 50 at once into one group lose no index entry, folded by two at once meanwhile', async () => {
    const { emails, record } = openDesk(store);
    const groupId = uniqueName('big');
    const made = Array.from({ length: 2_000 }, () => sampleEmail({ groupId, state: 'sent', sentAt: sampleAt }));
    for (let start = 0; start < made.length; start += 50) {
      const some = made.slice(start, start + 50);
      await Promise.all(some.map((email) => emails.create(email)));
      if (start % 200 !== 0) continue;
      const events = some.map(({ emailId }) => record(sesEventBody(emailId, 'Delivery', 5)));
      await Promise.all([...events, store.settle(), store.settle()]);
    }
    expect(await emails.ofGroup(groupId)).toHaveLength(2_000);
    expect(await emails.groupAnalytics(groupId)).toMatchObject({ total_sent: 2_000, delivered: 500 });
    expect(await store.settle()).toBeGreaterThanOrEqual(0);
    expect(await store.settle()).toBe(0);
    expect(await emails.groupAnalytics(groupId)).toMatchObject({ total_sent: 2_000, delivered: 500 });
  });
});

describe('events on NATS', () => {
  const event = emailEventSchema.parse({
    ...{ v: 1, event_id: 'a'.repeat(32), type: 'sent', email_id: 'e1', group_id: 'g1', at: sampleAt, status: 'sent' },
  });

  it('go to whoever listens, and into a stream once, where there is one', async () => {
    const sink = natsEmailEvents({ connection, prefix: 'lfx.email-service' });
    const listener = connection.subscribe('lfx.email-service.events.>', { max: 1 });
    await connection.flush();
    await sink.publish(event);
    for await (const message of listener) {
      expect(message.subject).toBe('lfx.email-service.events.sent');
      expect(message.json()).toEqual(event);
    }
    const jsm = await jetstreamManager(connection);
    await jsm.streams.add({ name: 'EVENTS', subjects: ['lfx.email-service.events.>'] });
    await sink.publish(event);
    await sink.publish(event);
    expect((await jsm.streams.info('EVENTS')).state.messages).toBe(1);
    const stored = await jetstream(connection).streams.get('EVENTS');
    expect((await stored.getMessage({ seq: 1 }))?.json()).toEqual(event);
  });

  it('H16 a connection that is closed is a failure that is tried again', async () => {
    const closed = await connect({ servers: server.url });
    await closed.close();
    const sink = natsEmailEvents({ connection: closed, prefix: 'p' });
    await expect(sink.publish(event)).rejects.toMatchObject({ status: '4.3.0' });
  });
});

describe('NATS without JetStream', () => {
  it('opening the store is refused, and events still go out', async () => {
    const plain = await startNatsServer({ jetStream: false });
    const bare = await connect({ servers: plain.url });
    try {
      const opening = openNatsRecordStore({ connection: bare, clock, mayCreateBuckets: true });
      await expect(opening).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
      const listener = bare.subscribe('p.events.sent', { max: 1 });
      await natsEmailEvents({ connection: bare, prefix: 'p' }).publish(
        emailEventSchema.parse({
          ...{ v: 1, event_id: 'b'.repeat(32), type: 'sent', email_id: 'e1', group_id: 'g' },
          ...{ at: sampleAt, status: 'sent' },
        }),
      );
      for await (const message of listener) expect(message.headers?.get('Nats-Msg-Id')).toBe('b'.repeat(32));
    } finally {
      await bare.close();
      await plain.stop();
    }
  });
});
