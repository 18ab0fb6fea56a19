import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalStores } from '../../../shared/adapters/local/open-local-stores.ts';
import { PermanentMailError, TransientMailError } from '../../../shared/errors/mail-error.ts';
import { createOutboundPorts, type OutboundPorts } from '../../../shared/outbound/outbound-ports.ts';
import { relayOutbound } from '../../../shared/outbound/relay-outbound.ts';
import { sweepDue } from '../../../shared/outbound/sweep-due.ts';
import type { TopicMessage } from '../../../shared/ports/topic.ts';
import { createIds } from '../../../shared/runtime/ids.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { type Records, recordsOf } from '../../../shared/runtime/records.ts';
import { createFakeSender, type FakeSender } from '../../support/fake-sender.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { testSettings } from '../../support/platform-settings.ts';
import { createSimulatedTime } from '../../support/simulated-time.ts';
import { openTemporaryStores } from '../../support/temporary-stores.ts';

const emailId = 'email-0000000001';
const log = createLogger({ service: 'test', write: () => undefined });

let clock: ManualClock;
let stores: LocalStores;
let records: Records;
let sender: FakeSender;
let notices: TopicMessage[];
let ports: OutboundPorts;

beforeEach(async () => {
  clock = createManualClock();
  stores = await openTemporaryStores(clock);
  const ids = createIds(clock);
  records = recordsOf({ store: stores.store, clock, ids });
  notices = [];
  use(createFakeSender());
  await stores.buckets.files.put(`mime/${emailId}`, Buffer.from('Subject: s\r\n\r\nbody\r\n'));
  const at = clock.now().toISOString();
  await records.emails.create({
    emailId,
    groupId: 'group',
    state: 'queued',
    mailFrom: 'notifications@example.com',
    rcptTo: 'ann@example.com',
    subject: 's',
    mimeKey: `mime/${emailId}`,
    sizeBytes: 20,
    intact: false,
    attempts: 0,
    revision: 0,
    possibleDuplicate: false,
    createdAt: at,
    changedAt: at,
  });
});

afterEach(() => stores.close());

function use(other: FakeSender, settings: Partial<typeof testSettings> = {}) {
  sender = other;
  const fallbackTopic = {
    name: 'fallback',
    publish: async (message: TopicMessage) => {
      notices.push(message);
    },
  };
  ports = createOutboundPorts(
    {
      files: stores.buckets.files,
      store: stores.store,
      sender,
      fallbackTopic,
      clock,
      ids: createIds(clock),
      log,
      settings: { ...testSettings, configurationSet: 'tracked', ...settings },
    },
    records,
    createSimulatedTime(clock).timer,
  );
}

const relay = (receiveCount = 1) => relayOutbound(ports, emailId, receiveCount);
const email = async () => (await records.emails.read(emailId))!;

describe('relayOutbound', () => {
  it('sends once, with tag and configuration set, and records it', async () => {
    expect(await relay()).toEqual({ end: 'done', outcome: 'sent' });
    expect(sender.attempts).toHaveLength(1);
    expect(sender.attempts[0]).toMatchObject({
      mailFrom: 'notifications@example.com',
      rcptTo: 'ann@example.com',
      configurationSet: 'tracked',
      emailTags: { email_id: emailId },
    });
    expect(await email()).toMatchObject({ state: 'sent', transportId: 't1', attempts: 1 });
    expect(await email()).not.toHaveProperty('owner');
  });

  it('A5 a second job for a sent email sends nothing', async () => {
    await relay();
    expect(await relay(2)).toEqual({ end: 'skippedDuplicate' });
    expect(sender.attempts).toHaveLength(1);
  });

  it('B7 of 20 jobs at once exactly one sends', async () => {
    const ends = await Promise.all(Array.from({ length: 20 }, () => relay()));
    expect(sender.attempts).toHaveLength(1);
    expect(ends.filter(({ end }) => end === 'done')).toHaveLength(1);
    expect((await email()).state).toBe('sent');
  });

  it('tries again what was refused for now, then makes it a dead letter with a notice: never forgotten', async () => {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      sender.faults.push(new TransientMailError('ERR_SEND_TEMPORARY', 'not now'));
      const end = await relay();
      if (attempt === 1) expect(end).toMatchObject({ end: 'retry', code: 'ERR_SEND_TEMPORARY' });
      clock.advance(4000);
      if (attempt === 5) expect(end).toEqual({ end: 'rejected', code: 'ERR_ATTEMPTS_SPENT' });
    }
    expect(sender.attempts).toHaveLength(5);
    expect(await email()).toMatchObject({ state: 'failed', code: 'ERR_ATTEMPTS_SPENT', attempts: 5 });
    expect(notices).toHaveLength(1);
    expect(notices[0]?.message).not.toContain('ann@');
  });

  it('a failed email whose dead letter may be missing is rejected again', async () => {
    sender.faults.push(new PermanentMailError('ERR_SEND_REJECTED', 'no'));
    expect(await relay()).toEqual({ end: 'rejected', code: 'ERR_SEND_REJECTED' });
    expect(await relay(2)).toEqual({ end: 'rejected', code: 'ERR_SEND_REJECTED' });
    expect(await relay(1)).toEqual({ end: 'skippedDuplicate' });
    expect(sender.attempts).toHaveLength(1);
  });

  it('B9 a throttled send waits in the due index, spends no attempt, and goes out when its time has come', async () => {
    sender.faults.push(new TransientMailError('ERR_SEND_THROTTLED', 'slower'));
    expect(await relay()).toEqual({ end: 'done', outcome: 'waits' });
    expect(await email()).toMatchObject({ state: 'retry', attempts: 0 });
    const sweep = () => sweepDue({ ...ports, outboundQueue: stores.queues.outbound });
    expect(await sweep()).toBe(0);
    expect(await relay()).toEqual({ end: 'skippedDuplicate' });
    clock.advance(60);
    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe(0);
    const [job] = await stores.queues.outbound.receive(1, 0);
    expect(JSON.parse(job?.body ?? '')).toEqual({ v: 1, emailId });
    expect(await relay()).toEqual({ end: 'done', outcome: 'sent' });
  });

  it('B9 a place in the row of sends that comes too late is waited for in the due index: no claim, no receive spent', async () => {
    use(createFakeSender(), { sendsPerSecond: 0.05 });
    const first = ports.pace.reserve(0);
    if ('ready' in first) await first.ready();
    expect(await relay()).toEqual({ end: 'done', outcome: 'waits' });
    expect(await email()).toMatchObject({ state: 'retry', code: 'ERR_SEND_THROTTLED', attempts: 0 });
    clock.advance(60);
    await ports.timer.wait(20_000);
    expect(await relay()).toEqual({ end: 'done', outcome: 'sent' });
  });

  it('B16 a claim whose answer was lost, and that is met again as a conflict, is ours', async () => {
    let lost = false;
    const change: Records['emails']['change'] = async (id, decide, extra) => {
      const made = await records.emails.change(id, decide, extra);
      if (lost || made === undefined) return made;
      lost = true;
      return records.emails.change(id, decide, extra);
    };
    ports = { ...ports, emails: { ...records.emails, change } };
    expect(await relay()).toEqual({ end: 'done', outcome: 'sent' });
    expect(sender.attempts).toHaveLength(1);
  });

  it('F3 an uncertain send is sent once more after the wait, flagged, and never a third time', async () => {
    const uncertain = () => new TransientMailError('ERR_SEND_UNCERTAIN', 'connection lost');
    sender.faults.push(uncertain(), uncertain());
    expect(await relay()).toEqual({ end: 'done', outcome: 'waits' });
    expect((await email()).state).toBe('uncertain');
    clock.advance(899);
    expect(await relay()).toEqual({ end: 'skippedDuplicate' });
    clock.advance(2);
    expect(await relay()).toEqual({ end: 'done', outcome: 'waits' });
    expect(await email()).toMatchObject({ state: 'uncertain', possibleDuplicate: true });
    clock.advance(901);
    expect(await relay()).toEqual({ end: 'rejected', code: 'ERR_POSSIBLE_DUPLICATE' });
    expect(sender.attempts).toHaveLength(2);
    expect(notices.map(({ attributes }) => attributes)).toEqual([
      { type: 'email.uncertain', code: 'ERR_POSSIBLE_DUPLICATE' },
    ]);
  });

  it('F3 an uncertain send is kept for an operator when the setting says so', async () => {
    use(createFakeSender(), { whenUncertain: 'park' });
    sender.faults.push(new TransientMailError('ERR_SEND_UNCERTAIN', 'connection lost'));
    await relay();
    clock.advance(901);
    expect(await relay()).toEqual({ end: 'rejected', code: 'ERR_POSSIBLE_DUPLICATE' });
    expect(sender.attempts).toHaveLength(1);
  });

  it('B5 a claim whose holder died becomes uncertain, never straight a second send', async () => {
    sender.send = () => new Promise(() => undefined);
    void relay();
    await expect.poll(async () => (await email()).state).toBe('sending');
    use(createFakeSender());
    expect(await relay(2)).toMatchObject({ end: 'retry', code: 'ERR_SEND_BUSY' });
    clock.advance(46);
    expect(await relay(3)).toEqual({ end: 'done', outcome: 'waits' });
    expect(await email()).toMatchObject({ state: 'uncertain' });
    expect(sender.attempts).toHaveLength(0);
  });

  it.each([3600, -3600])(
    'B14 a clock that jumps by %i s while a send is under way makes no second send',
    async (jump) => {
      const answer = Promise.withResolvers<{ transportId: string }>();
      sender.send = () => answer.promise;
      const first = relay();
      await expect.poll(async () => (await email()).state).toBe('sending');
      clock.advance(jump);
      const other = createFakeSender();
      const mine = ports;
      use(other);
      const again = await relay(2);
      expect(again).toMatchObject(jump > 0 ? { end: 'done', outcome: 'waits' } : { end: 'retry' });
      expect(other.attempts).toHaveLength(0);
      ports = mine;
      answer.resolve({ transportId: 't-late' });
      await first;
      expect(await email()).toMatchObject({ state: 'sent', transportId: 't-late' });
      expect(await relay(3)).toEqual({ end: 'skippedDuplicate' });
    },
  );

  it('sends nothing to a suppressed address', async () => {
    await records.suppression.add('Ann@Example.com', 'all', 'bounce');
    expect(await relay()).toEqual({ end: 'done', outcome: 'suppressed' });
    expect(sender.attempts).toHaveLength(0);
    expect((await email()).state).toBe('suppressed');
  });

  it('rejects a job whose email is unknown', async () => {
    expect(await relayOutbound(ports, 'email-unknown-1')).toEqual({ end: 'rejected', code: 'ERR_EMAIL_UNKNOWN' });
  });

  it('B15 sends nothing when the store does not answer', async () => {
    const down = new TransientMailError('ERR_STORE_UNAVAILABLE', 'down');
    ports = { ...ports, emails: { ...records.emails, change: () => Promise.reject(down) } };
    await expect(relay()).rejects.toBe(down);
    expect(sender.attempts).toHaveLength(0);
  });
});
