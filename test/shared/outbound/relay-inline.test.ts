import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalStores } from '../../../shared/adapters/local/open-local-stores.ts';
import { PermanentMailError, TransientMailError } from '../../../shared/errors/mail-error.ts';
import { createOutboundPorts, type OutboundPorts } from '../../../shared/outbound/outbound-ports.ts';
import { relayInline } from '../../../shared/outbound/relay-inline.ts';
import { relayOutbound } from '../../../shared/outbound/relay-outbound.ts';
import { createIds } from '../../../shared/runtime/ids.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { type Records, recordsOf } from '../../../shared/runtime/records.ts';
import { systemTimer } from '../../../shared/runtime/system-timer.ts';
import { createFakeSender, type FakeSender } from '../../support/fake-sender.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { testSettings } from '../../support/platform-settings.ts';
import { openTemporaryStores } from '../../support/temporary-stores.ts';

const emailId = 'inline-email-01';
const down = new TransientMailError('ERR_STORE_UNAVAILABLE', 'down');

let clock: ManualClock;
let stores: LocalStores;
let records: Records;
let sender: FakeSender;
let notices: number;
let ports: OutboundPorts;

beforeEach(async () => {
  clock = createManualClock();
  stores = await openTemporaryStores(clock);
  records = recordsOf({ store: stores.store, clock, ids: createIds(clock) });
  notices = 0;
  use(createFakeSender());
  await stores.buckets.files.put(`mime/${emailId}`, Buffer.from('Subject: s\r\n\r\nbody\r\n'));
  await submit(emailId);
});
afterEach(() => stores.close());

function use(other: FakeSender, settings: Partial<typeof testSettings> = {}) {
  sender = other;
  const log = createLogger({ service: 'test', write: () => undefined });
  const fallbackTopic = {
    name: 'fallback',
    publish: async () => {
      notices += 1;
    },
  };
  const platform = {
    ...{ files: stores.buckets.files, store: stores.store, sender, fallbackTopic, clock, ids: createIds(clock), log },
    settings: { ...testSettings, ...settings },
  };
  ports = createOutboundPorts(platform, records, systemTimer);
}

async function submit(id: string) {
  const at = clock.now().toISOString();
  await records.emails.create({
    ...{ emailId: id, groupId: 'group', state: 'submitted', mailFrom: 'n@example.com', rcptTo: 'ann@example.com' },
    ...{ subject: 's', mimeKey: `mime/${emailId}`, sizeBytes: 20, intact: false, attempts: 0, revision: 0 },
    ...{ possibleDuplicate: false, createdAt: at, changedAt: at },
  } as Parameters<Records['emails']['create']>[0]);
}

const relay = (ms = 400, id = emailId) => relayInline(ports, id, { deadline: new Date(clock.now().getTime() + ms) });
const email = async () => (await records.emails.read(emailId))!;

describe('relayInline', () => {
  it('sends in its one attempt and records it', async () => {
    expect(await relay()).toEqual({ outcome: 'sent' });
    expect(await email()).toMatchObject({ state: 'sent', transportId: 't1', attempts: 1, sentAt: expect.any(String) });
  });

  it.each([
    new TransientMailError('ERR_SEND_TEMPORARY', 'not now'),
    new TransientMailError('ERR_SEND_THROTTLED', 'slower'),
    new PermanentMailError('ERR_SEND_REJECTED', 'never'),
  ])('what is refused fails, is never tried again by us, waits nowhere and alarms no one', async (fault) => {
    sender.faults.push(fault);
    expect(await relay()).toEqual({ outcome: 'failed', code: fault.code });
    expect(await email()).toMatchObject({ state: 'failed', code: fault.code });
    clock.advance(100_000);
    expect(await records.emails.due(clock.now(), 10)).toEqual([]);
    expect(await relayOutbound(ports, emailId)).toEqual({ end: 'skippedDuplicate' });
    expect([sender.attempts.length, notices, (await email()).sentAt]).toEqual([1, 0, undefined]);
  });

  it('F2 an uncertain attempt is sent when its event comes before the deadline', async () => {
    sender.faults.push(new TransientMailError('ERR_SEND_UNCERTAIN', 'connection lost'));
    const relaying = relay(20_000);
    await expect.poll(() => sender.attempts.length).toBe(1);
    await records.emails.change(emailId, () => ({
      state: 'sent',
      fields: { owner: null, sentAt: clock.now().toISOString() },
    }));
    expect(await relaying).toEqual({ outcome: 'sent' });
  });

  it('F3 an uncertain attempt without its event is answered at the deadline and never sent again', async () => {
    sender.faults.push(new TransientMailError('ERR_SEND_UNCERTAIN', 'connection lost'));
    expect(await relay(300)).toEqual({ outcome: 'uncertain', code: 'ERR_SEND_UNCERTAIN' });
    expect(await email()).toMatchObject({ state: 'failed', code: 'ERR_SEND_UNCERTAIN' });
    expect(await email()).not.toHaveProperty('failedAt');
    clock.advance(100_000);
    await relayOutbound(ports, emailId, 2);
    expect([sender.attempts.length, (await records.emails.due(clock.now(), 10)).length]).toEqual([1, 0]);
  });

  it('an attempt that is silent until the deadline is answered then, not when it ends', async () => {
    sender.send = () => new Promise(() => undefined);
    expect(await relay(200)).toEqual({ outcome: 'uncertain', code: 'ERR_SEND_UNCERTAIN' });
  });

  it('a transport that will never tell is not waited for', async () => {
    use(createFakeSender('none'));
    sender.faults.push(new TransientMailError('ERR_SEND_UNCERTAIN', 'connection lost'));
    expect(await relay(1_000_000)).toMatchObject({ outcome: 'uncertain' });
  });

  it('B15 sends nothing when the store does not answer at the claim', async () => {
    ports = { ...ports, emails: { ...records.emails, change: () => Promise.reject(down) } };
    expect(await relay()).toEqual({ outcome: 'unavailable', code: 'ERR_STORE_UNAVAILABLE' });
    expect(sender.attempts).toHaveLength(0);
  });

  it('is sent although the store is gone when the outcome is to be recorded: the mail was taken', async () => {
    let changes = 0;
    const change: typeof records.emails.change = (...args) => {
      changes += 1;
      return changes > 1 ? Promise.reject(down) : records.emails.change(...args);
    };
    const timer = {
      ...systemTimer,
      wait: async (ms: number) => void (ms > 5000 && (await new Promise(() => undefined))),
    };
    ports = { ...ports, timer, emails: { ...records.emails, change } };
    expect(await relay(60_000)).toEqual({ outcome: 'sent' });
    expect((await email()).state).toBe('sending');
  });

  it('without a place before the deadline nothing is sent', async () => {
    use(createFakeSender(), { sendsPerSecond: 1 });
    await submit('inline-email-02');
    expect(await relay()).toEqual({ outcome: 'sent' });
    expect(await relay(300, 'inline-email-02')).toEqual({ outcome: 'unavailable', code: 'ERR_SEND_THROTTLED' });
    expect(sender.attempts).toHaveLength(1);
  });

  it('learns of a pause: the next caller is refused without an attempt', async () => {
    sender.faults.push(new TransientMailError('ERR_SEND_PAUSED', 'paused', { retryAfterSeconds: 900 }));
    expect(await relay()).toMatchObject({ outcome: 'failed', code: 'ERR_SEND_PAUSED' });
    await submit('inline-email-02');
    expect(await relay(400, 'inline-email-02')).toEqual({ outcome: 'unavailable', code: 'ERR_SEND_PAUSED' });
    expect([sender.attempts.length, notices]).toEqual([1, 1]);
    await submit('inline-email-03');
    clock.advance(901);
    expect(await relay(400, 'inline-email-03')).toEqual({ outcome: 'sent' });
  });

  it('a suppressed recipient is sent nothing, and its record says so', async () => {
    await records.suppression.add('ann@example.com', 'all', 'bounce');
    expect(await relay()).toEqual({ outcome: 'suppressed' });
    expect([sender.attempts.length, (await email()).state]).toEqual([0, 'suppressed']);
  });

  it('B7 of 20 calls for one email exactly one sends', async () => {
    const ends = await Promise.all(Array.from({ length: 20 }, () => relay()));
    expect(sender.attempts).toHaveLength(1);
    expect(ends.filter(({ outcome }) => outcome === 'sent').length).toBeGreaterThanOrEqual(1);
  });
});
