import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { dueSweeper } from '../../functions/due-sweeper/handler.ts';
import { linkJobs } from '../../functions/link-jobs/handler.ts';
import { toSqsEvent } from '../../infra/local/sqs-event.ts';
import { TransientMailError } from '../../shared/errors/mail-error.ts';
import { sweepReminders } from '../../shared/links/sweep-reminders.ts';
import { toRecipientHash, toReminderId } from '../../shared/mail/ids.ts';
import { hashToken } from '../../shared/mail/link-token.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import { linkRecordsOf } from '../../shared/records/link-records.ts';
import { crashingAt } from '../support/crashing.ts';
import { mailWithFiles, openGatewayMail } from '../support/gateway-mail.ts';

const hour = 3600;
const day = 24 * hour;
/** More than there are on the way of one reminder; the loop ends by itself at the last one. */
const mostPlaces = 100;
const doer = { by: 'olga' };
const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 300_000 };
const to = ['ann@example.com', 'ben@example.com'];
const files = { 'log.csv': randomBytes(40), 'plan.bin': randomBytes(50) };

type World = Awaited<ReturnType<typeof openGatewayMail>>;
let world: World;
afterEach(() => world.pipeline.close());

/** A mail with two files for two recipients, on a route that reminds after an hour; answers its id. */
async function open(route: object = {}, overrides: Parameters<typeof openGatewayMail>[1] = {}): Promise<string> {
  world = await openGatewayMail({ remindAfterSeconds: hour, ...route }, overrides);
  return world.deliver(mailWithFiles(to, files));
}

/** Lets time pass, has the clock do its work, and everything that follows. */
async function pass(seconds: number): Promise<void> {
  world.pipeline.clock.advance(seconds);
  await dueSweeper(world.pipeline.platform)({}, context);
  await world.pipeline.drain();
}

/** The reminders that went out, whole. */
async function reminders() {
  const sent = await world.pipeline.sent();
  return sent
    .map(({ rcptTo, mime }) => ({ rcptTo, mime: mime.replace(/=\r\n/g, '').replaceAll('=3D', '=') }))
    .filter(({ mime }) => /^Subject: Reminder: /m.test(mime));
}

const remindedOf = async () => (await reminders()).map(({ rcptTo }) => rcptTo).sort();
const linkOf = async (recipient: string, index: number) => (await world.linksOf()).get(recipient)?.[index] ?? '';
const stateOf = async (id: string, recipient = 'ann@example.com') =>
  (await world.pipeline.records.emails.read(toReminderId(id, recipient)))?.state;

describe('reminders', () => {
  it('are not sent unless the route says so', async () => {
    world = await openGatewayMail();
    await world.deliver(mailWithFiles(to, files));
    await pass(30 * hour);

    expect(await reminders()).toEqual([]);
  });

  it('go once to whoever has fetched nothing, with the very links that were mailed, when their time has come', async () => {
    const id = await open();
    const mailed = await world.linksOf();
    await pass(hour - 1);
    expect(await reminders()).toEqual([]);
    await pass(1);
    for (let later = 0; later < 5; later += 1) await pass(5 * hour);

    const sent = await reminders();
    expect(sent.map(({ rcptTo }) => rcptTo).sort()).toEqual(to);
    for (const { rcptTo, mime } of sent) {
      expect(mime).toContain('Subject: Reminder: Pressure log');
      expect(mime).toMatch(/^From: .*Pump 7.* <notifications@example.com>/m);
      expect(mime).toMatch(/^Reply-To: .*device@example.com/m);
      expect(mime).toContain('Pump 7 sent you 2 files that you have not fetched yet.');
      expect([...new Set(mime.match(/\/f\/[A-Za-z0-9_-]{32}/g))]).toEqual(mailed.get(rcptTo));
    }
    expect(await world.desk.audit(id)).toMatchObject([
      { recipient: 'ann@example.com', emailState: 'sent', remindedAt: '2026-11-22T09:00:00.000Z' },
      { recipient: 'ben@example.com', emailState: 'sent', remindedAt: '2026-11-22T09:00:00.000Z' },
    ]);
  });

  it('name only what is left: not a file that was fetched, and nothing to whoever has all', async () => {
    await open();
    expect((await world.download(await linkOf('ann@example.com', 0))).status).toBe(200);
    for (const index of [0, 1]) await world.download(await linkOf('ben@example.com', index));
    await pass(hour);

    const [only, ...more] = await reminders();
    expect(more).toEqual([]);
    expect(only?.rcptTo).toBe('ann@example.com');
    expect(only?.mime).toContain('sent you a file that you have not');
    expect(only?.mime).toContain('plan.bin');
    expect(only?.mime).not.toContain('log.csv');
  });

  it('are not moved by scanners: their visits fetch nothing', async () => {
    await open();
    const scanner = { headers: { 'user-agent': 'Barracuda Sentinel' } };
    for (const index of [0, 1]) {
      await world.get(await linkOf('ann@example.com', index), scanner);
      await world.get(await linkOf('ann@example.com', index), { method: 'POST', ...scanner });
    }
    await pass(hour);

    expect(await remindedOf()).toEqual(to);
  });

  it('are not sent for links that were withdrawn or have ended', async () => {
    const id = await open({ linkExpirySeconds: 2 * hour });
    await world.desk.revoke({ mailId: id, recipient: 'ann@example.com' }, doer);
    await pass(hour);
    expect(await remindedOf()).toEqual(['ben@example.com']);

    const late = await world.deliver(mailWithFiles(['cid@example.com'], files));
    await pass(3 * hour);
    expect([await remindedOf(), await stateOf(late, 'cid@example.com')]).toEqual([['ben@example.com'], undefined]);
  });

  it('are canceled when a link is withdrawn, or its file fetched, after they were written and before they are sent', async () => {
    const id = await open();
    const breaker = new TransientMailError('ERR_SEND_THROTTLED', 'maximum sending rate exceeded');
    world.pipeline.sender.faults.push(breaker, breaker, breaker, breaker);
    await pass(hour);
    expect(world.pipeline.sender.faults.length).toBeLessThan(4);
    world.pipeline.sender.faults.length = 0;
    const before = world.pipeline.sender.attempts.length;
    await world.desk.revoke({ linkId: hashToken((await linkOf('ann@example.com', 0)).slice(3)) }, doer);
    await world.download(await linkOf('ben@example.com', 1));
    for (let round = 0; round < 5; round += 1) await pass(hour);

    expect(world.pipeline.sender.attempts.length).toBe(before);
    expect([await stateOf(id), await stateOf(id, 'ben@example.com')]).toEqual(['canceled', 'canceled']);
    expect((await world.desk.audit(id)).map(({ remindedAt }) => remindedAt)).toEqual([undefined, undefined]);
  });

  it('never bring a file that is infected, and wait for one that has no verdict yet', async () => {
    const id = await open({ scan: { verdict: 'required' } });
    const { verdicts, links } = linkRecordsOf(world.pipeline.platform);
    await pass(hour);
    expect(await reminders()).toEqual([]);
    for (const { sha256, fileName } of await links.ofMail(id)) {
      await verdicts.set(sha256, fileName === 'log.csv' ? 'infected' : 'clean', 'test');
    }
    await pass(hour);

    const sent = await reminders();
    expect(sent.map(({ rcptTo }) => rcptTo).sort()).toEqual(to);
    for (const { mime } of sent) expect([mime.includes('plan.bin'), mime.includes('log.csv')]).toEqual([true, false]);
  });

  it('are not sent to whom nothing more is sent, nor after a bounce or a complaint', async () => {
    const id = await open();
    const { suppression, emails } = world.pipeline.records;
    await suppression.add('ann@example.com', 'all', 'operator', { by: 'test' });
    const ben = (await emails.ofGroup(id)).find(({ rcptTo }) => rcptTo === 'ben@example.com');
    await emails.change(ben?.emailId ?? '', () => ({ state: 'bounced' }));
    const before = world.pipeline.sender.attempts.length;
    await pass(hour);

    expect(world.pipeline.sender.attempts.length).toBe(before);
    expect([await stateOf(id), await stateOf(id, 'ben@example.com')]).toEqual(['suppressed', undefined]);
  });

  it('wait for a mail that is late, and count from when it was sent', async () => {
    world = await openGatewayMail({ remindAfterSeconds: hour });
    world.pipeline.sender.faults.push(new TransientMailError('ERR_SEND_THROTTLED', 'maximum sending rate exceeded'));
    await world.deliver(mailWithFiles(['ann@example.com'], files));
    await pass(hour);
    expect(world.pipeline.sender.attempts).toHaveLength(2);
    await pass(hour - 60);
    expect(await reminders()).toEqual([]);
    await pass(2 * hour);

    expect(await remindedOf()).toEqual(['ann@example.com']);
  });

  it('beyond the share of an hour wait for the next', async () => {
    await open({ maxRemindersPerHour: 1 });
    await pass(hour + 60);
    expect(await reminders()).toHaveLength(1);
    await pass(hour);

    expect(await remindedOf()).toEqual(to);
  });

  it('leave no address, subject or token in the log', async () => {
    await open();
    await pass(hour);
    const token = (await linkOf('ann@example.com', 0)).slice(3);

    expect(await reminders()).toHaveLength(2);
    for (const secret of ['ann@example.com', 'device@example.com', 'Pressure log', token, 'log.csv']) {
      expect(world.pipeline.logLines.join('\n')).not.toContain(secret);
    }
  });
});

const sweep = (platform: Platform) =>
  sweepReminders({ ...platform, ...linkRecordsOf(platform), linkQueue: platform.linkQueue! });

describe('a reminder that an operator asks for', () => {
  it('comes at once and once, on a route that sends none, to those who have not fetched everything', async () => {
    world = await openGatewayMail();
    const id = await world.deliver(mailWithFiles(to, files));
    for (const index of [0, 1]) await world.download(await linkOf('ben@example.com', index));

    expect(await world.desk.remind({ mailId: id })).toMatchObject({ changedCount: 2, notes: [] });
    for (let round = 0; round < 3; round += 1) await pass(60);
    expect(await remindedOf()).toEqual(['ann@example.com']);

    expect(await world.desk.remind({ mailId: id })).toMatchObject({
      changedCount: 0,
      notes: ['2 not reminded: there is one reminder for each mail'],
    });
    for (let round = 0; round < 3; round += 1) await pass(60);
    expect(await remindedOf()).toEqual(['ann@example.com']);
  });

  it('takes the place of the one that was to come', async () => {
    const id = await open();
    expect(await world.desk.remind({ mailId: id, recipient: 'ann@example.com' })).toMatchObject({ changedCount: 1 });
    await pass(60);
    expect(await remindedOf()).toEqual(['ann@example.com']);
    for (let round = 0; round < 3; round += 1) await pass(hour);

    expect(await remindedOf()).toEqual(to);
  });
});

describe('a reminder is sent once', () => {
  it('when the clock does its work twice, and its job comes three times', async () => {
    const id = await open();
    world.pipeline.clock.advance(hour);
    await Promise.all([
      dueSweeper(world.pipeline.platform)({}, context),
      dueSweeper(world.pipeline.platform)({}, context),
    ]);
    const job = JSON.stringify({ v: 1, kind: 'remind', mailId: id, recipientHash: toRecipientHash('ann@example.com') });
    await world.pipeline.stores.queues.links.send([job, job, job]);
    const messages = await world.pipeline.stores.queues.links.receive(10, 0);
    await Promise.all(
      messages.map((message) => linkJobs(world.pipeline.platform)(toSqsEvent('links', [message]), context)),
    );
    for (let round = 0; round < 3; round += 1) await pass(60);

    expect(await remindedOf()).toEqual(to);
  });

  it('B5 wherever the process dies on the way from its time to its queue', async () => {
    const recipients = Array.from({ length: mostPlaces }, (_, index) => `r${index}@example.com`);
    world = await openGatewayMail({ linkExpirySeconds: 300 * day, retentionDays: 300, remindAfterSeconds: 299 * day });
    const id = await world.deliver(mailWithFiles(recipients, { 'a.bin': randomBytes(20) }));
    const { pipeline } = world;
    let place = 1;
    // Looking into the index changes nothing: of those places a few are enough.
    for (let whole = false; !whole; place += place < 32 ? 8 : 1) {
      const recipient = recipients[place] ?? '';
      await haveDue(id, recipient);
      const crashing = crashingAt(pipeline.platform, place);
      const swept = await sweep(crashing.platform).catch(() => undefined);
      const [message] = await pipeline.stores.queues.links.receive(1, 0);
      if (message !== undefined) {
        const { batchItemFailures } = await linkJobs(crashing.platform)(toSqsEvent('links', [message]), context);
        if (batchItemFailures.length === 0) await pipeline.stores.queues.links.acknowledge(message.receiptHandle);
      }
      whole = swept !== undefined && crashing.passed() < place;
      pipeline.clock.advance(2 * hour);
      await sweep(pipeline.platform);
      await pipeline.drain();

      const reminderId = toReminderId(id, recipient);
      const sent = pipeline.sender.attempts.filter(({ emailId }) => emailId === reminderId);
      expect([place, sent.length]).toEqual([place, 1]);
    }
    expect(place).toBeGreaterThan(40);
    expect(await pipeline.stores.deadLetters.count('links')).toBe(0);
  });
});

/** Lets the time of one recipient's reminder come now. */
async function haveDue(mailId: string, recipient: string): Promise<void> {
  const { platform, clock } = world.pipeline;
  const { reminders } = linkRecordsOf(platform);
  const planned = await reminders.read(mailId, toRecipientHash(recipient));
  if (planned === undefined) throw new Error('the reminder was not planned');
  await reminders.change(planned, { asked: true, dueAt: clock.now().toISOString() });
}
