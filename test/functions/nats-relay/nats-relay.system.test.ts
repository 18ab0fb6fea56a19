import { Kvm } from '@nats-io/kv';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openRelayDesk, type RelayDesk } from './relay-desk.ts';

const send = 'lfx.email-service.send_email';
const status = 'lfx.email-service.get_email_status';
const analytics = 'lfx.email-service.get_email_engagement_analytics';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const valid = { to: 'user@example.com', subject: 'You have been added', html: '<p>Hello</p>', text: 'Hello' };
const required = 'to, subject, html, and text are required';

type Sent = { readonly email_id: string; readonly group_id: string };

async function open(options?: Parameters<typeof openRelayDesk>[0]): Promise<RelayDesk> {
  const desk = await openRelayDesk(options);
  onTestFinished(() => desk.close());
  return desk;
}

describe('the relay on NATS', () => {
  let desk: RelayDesk;
  beforeAll(async () => {
    desk = await openRelayDesk();
  });
  afterAll(() => desk.close());
  const request = (subject: string, payload: unknown) => desk.request(subject, payload);

  it('sends, and answers with the ids under which the email is then found', async () => {
    const before = desk.smtp.mails.length;
    const sent = (await request(send, { ...valid, group_id: 'invite-1' })) as Sent;
    expect(sent).toEqual({ email_id: expect.stringMatching(uuid), group_id: 'invite-1' });
    expect(desk.smtp.mails).toHaveLength(before + 1);
    const record = {
      ...{ email_id: sent.email_id, group_id: 'invite-1', to: valid.to, subject: valid.subject },
      sent_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
      ...{ delivered: false, opened: false, open_count: 0, failed: false },
      ...{ bounced: false, complained: false, clicked: false, click_count: 0, status: 'sent' },
    };
    expect(await request(status, { email_id: sent.email_id })).toEqual(record);
    expect(await request(status, { group_id: 'invite-1' })).toEqual([record]);
    expect(await request(analytics, { group_id: 'invite-1' })).toEqual({
      ...{ group_id: 'invite-1', total_sent: 1, delivered: 0, opened: 0, unique_opened: 0, failed: 0 },
    });
  });

  it('makes a group id when none is given', async () => {
    const sent = (await request(send, valid)) as Sent;
    expect(sent.group_id).toMatch(uuid);
    expect(sent.group_id).not.toBe(sent.email_id);
  });

  it.each(['a/b/c', 'with space', '*.>', 'ü/🙂', 'a\r\nBcc: x@example.com', '.', '', '#'].filter((id) => id !== ''))(
    'keeps the group id %j as it is, and finds its emails',
    async (groupId) => {
      const sent = (await request(send, { ...valid, group_id: groupId })) as Sent;
      expect(sent.group_id).toBe(groupId);
      expect(await request(status, { group_id: groupId })).toEqual([
        expect.objectContaining({ email_id: sent.email_id, group_id: groupId }),
      ]);
      expect(await request(analytics, { group_id: groupId })).toMatchObject({ group_id: groupId, total_sent: 1 });
    },
  );

  it('writes the message as text, then HTML, with the tracking field and Reply-To only when given', async () => {
    const sent = (await request(send, {
      ...valid,
      ...{ from: 'news@lfx.linuxfoundation.org', from_display_name: 'LFX "News"', group_id: 'a/b' },
      reply_to: 'help@support.linuxfoundation.org',
    })) as Sent;
    const mail = desk.smtp.mails.at(-1);
    expect(mail).toMatchObject({ mailFrom: 'news@lfx.linuxfoundation.org', rcptTo: [valid.to] });
    const read = await PostalMime.parse(mail?.raw ?? '');
    expect(read.from).toEqual({ address: 'news@lfx.linuxfoundation.org', name: 'LFX "News"' });
    expect(read.replyTo).toEqual([{ address: 'help@support.linuxfoundation.org', name: '' }]);
    expect(mail?.raw).toContain(`X-LFX-TRACKING-ID: a/b/${sent.email_id}\r\n`);
    expect(read).toMatchObject({ subject: valid.subject, text: 'Hello\n', html: '<p>Hello</p>\n' });
    await request(send, valid);
    const plain = desk.smtp.mails.at(-1)?.raw ?? '';
    expect(plain).toContain('From: LFX Self Serve <noreply@lfx.linuxfoundation.org>\r\n');
    expect(plain).not.toMatch(/^Reply-To:/m);
    expect(plain).not.toMatch(/^X-SES-CONFIGURATION-SET:/m);
  });

  it.each([
    ['{"to":', 'invalid request payload'],
    [{ ...valid, to: 7 }, 'invalid request payload'],
    [{}, required],
    [{ ...valid, to: '' }, required],
    [{ ...valid, subject: '' }, required],
    [{ ...valid, html: undefined }, required],
    [{ ...valid, text: null }, required],
    [{ ...valid, from: 'nobody' }, 'invalid from address'],
    [{ ...valid, from: 'a@example.com' }, 'from address domain not allowed'],
    [{ ...valid, reply_to: 'nobody' }, 'invalid reply_to address'],
    [{ ...valid, reply_to: 'a@example.com' }, 'reply_to address domain not allowed'],
    [{ ...valid, to: 'nobody' }, 'email delivery failed'],
    [{ ...valid, to: 'a@example.com\r\nBcc: b@example.com' }, 'email delivery failed'],
  ])('answers %j with %j, and nothing else', async (payload, error) => {
    const before = desk.smtp.arrivedCount();
    expect(await request(send, payload)).toEqual({ error });
    expect(desk.smtp.arrivedCount()).toBe(before);
  });

  it('answers "email delivery failed" when the server refuses, and both queries then know nothing of it', async () => {
    desk.smtp.refuse('554 5.7.1 no');
    onTestFinished(() => desk.smtp.refuse(undefined));
    expect(await request(send, { ...valid, group_id: 'refused' })).toEqual({ error: 'email delivery failed' });
    expect(await request(status, { group_id: 'refused' })).toEqual({ error: 'not found' });
    expect(await request(analytics, { group_id: 'refused' })).toEqual({ error: 'not found' });
  });

  it.each([
    ['nope', 'invalid request payload'],
    [{ email_id: 1 }, 'invalid request payload'],
    [{}, 'email_id or group_id is required'],
    [{ email_id: 'a', group_id: 'b' }, 'only one of email_id or group_id may be set'],
    [{ email_id: '550e8400-e29b-41d4-a716-446655440000' }, 'not found'],
    [{ group_id: 'no such group' }, 'not found'],
  ])('get_email_status answers %j with %j', async (payload, error) => {
    expect(await request(status, payload)).toEqual({ error });
  });

  it.each([
    ['nope', 'invalid request payload'],
    [{}, 'group_id is required'],
    [{ group_id: 'no such group' }, 'not found'],
  ])('get_email_engagement_analytics answers %j with %j', async (payload, error) => {
    expect(await request(analytics, payload)).toEqual({ error });
  });

  it('is live and ready', async () => {
    for (const path of ['/livez', '/readyz']) {
      expect((await fetch(`http://127.0.0.1:${desk.relay.port}${path}`)).status).toBe(200);
    }
    expect((await fetch(`http://127.0.0.1:${desk.relay.port}/`)).status).toBe(404);
  });

  it('logs JSON without addresses, subjects and bodies', async () => {
    const secret = { subject: 'canary-subject', html: '<p>canary-html</p>', text: 'canary-text' };
    await request(send, { ...secret, to: 'canary-recipient@example.com', group_id: 'logs' });
    await request(send, { ...secret, to: 'canary-nobody', from: 'canary-sender@example.com' });
    const lines = desk.logLines.map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(0);
    expect(desk.logLines.join('\n')).not.toContain('canary');
  });
});

describe('the relay on NATS, set otherwise', () => {
  it('answers as a success with empty ids, and sends and records nothing, while sending is off', async () => {
    const desk = await open({ environment: { EMAIL_ENABLED: 'false' } });
    expect(await desk.request(send, { ...valid, group_id: 'off' })).toEqual({ email_id: '', group_id: '' });
    expect(await desk.request(send, { ...valid, from: 'a@example.com' })).toEqual({
      error: 'from address domain not allowed',
    });
    expect(desk.smtp.arrivedCount()).toBe(0);
    expect(await desk.request(status, { group_id: 'off' })).toEqual({ error: 'not found' });
  });

  it('skips recipients outside the filter as a success with empty ids', async () => {
    const desk = await open({ environment: { SMTP_ALLOWED_RECIPIENT_DOMAINS: 'linuxfoundation.org, example.org' } });
    for (const to of ['user@example.com', 'nobody', 'a@linuxfoundation.org@example.com']) {
      expect(await desk.request(send, { ...valid, to, from: 'nobody' })).toEqual({ email_id: '', group_id: '' });
    }
    expect(desk.smtp.arrivedCount()).toBe(0);
    for (const to of ['user@Example.org', 'user@team.linuxfoundation.org']) {
      expect(await desk.request(send, { ...valid, to })).toMatchObject({ email_id: expect.stringMatching(uuid) });
    }
    expect(desk.smtp.arrivedCount()).toBe(2);
  });

  it('names the configuration set once, where one is set', async () => {
    const desk = await open({ environment: { SES_CONFIGURATION_SET: 'relay-set' } });
    await desk.request(send, valid);
    expect(desk.smtp.mails[0]?.raw.match(/^X-SES-CONFIGURATION-SET: relay-set\r$/gm)).toHaveLength(1);
  });

  it.each([
    ['JetStream', { jetStream: false }],
    ['the buckets', { buckets: false }],
  ])('without %s sends untracked, subscribes no query, and warns once', async (_name, options) => {
    const desk = await open({ ...options, environment: { SES_CONFIGURATION_SET: 'relay-set' } });
    expect(await desk.request(send, { ...valid, group_id: 'g' })).toEqual({
      ...{ email_id: expect.stringMatching(uuid), group_id: 'g' },
    });
    expect(desk.smtp.mails).toHaveLength(1);
    expect(desk.smtp.mails[0]?.raw).toMatch(/^X-SES-CONFIGURATION-SET: relay-set\r$/m);
    await expect(desk.request(status, { group_id: 'g' })).rejects.toThrow(/no responders/i);
    await expect(desk.request(analytics, { group_id: 'g' })).rejects.toThrow(/no responders/i);
    expect(desk.logLines.filter((line) => JSON.parse(line).level === 'warn')).toHaveLength(1);
    expect((await fetch(`http://127.0.0.1:${desk.relay.port}/readyz`)).status).toBe(200);
    desk.smtp.refuse('451 4.3.0 later');
    expect(await desk.request(send, valid)).toEqual({ error: 'email delivery failed' });
  });

  it('listens below another prefix', async () => {
    const desk = await open({ environment: { NATS_SUBJECT_PREFIX: 'mail.v2' } });
    expect(await desk.request('mail.v2.send_email', valid)).toHaveProperty('group_id');
    await expect(desk.request(send, valid)).rejects.toThrow(/no responders/i);
  });

  it('tells a store that does not answer from an email that is not there, and sends nothing then', async () => {
    const desk = await open();
    const sent = (await desk.request(send, { ...valid, group_id: 'g' })) as Sent;
    const bucket = await new Kvm(desk.client).open('email-recipients');
    await bucket.destroy();
    expect(await desk.request(status, { email_id: sent.email_id })).toEqual({ error: 'internal error' });
    expect(await desk.request(status, { group_id: 'g' })).toEqual({ error: 'internal error' });
    const before = desk.smtp.arrivedCount();
    expect(await desk.request(send, valid)).toEqual({ error: 'email delivery failed' });
    expect(desk.smtp.arrivedCount()).toBe(before);
    expect((await fetch(`http://127.0.0.1:${desk.relay.port}/readyz`)).status).toBe(503);
  });

  it('answers each request once, also with two relays in the queue group', async () => {
    const desk = await open();
    await desk.startAnother();
    const replies: string[] = [];
    const inbox = desk.client.subscribe('replies.*', {
      callback: (_error, message) => void replies.push(message.subject),
    });
    const count = 200;
    for (let index = 0; index < count; index += 1) {
      const data = JSON.stringify({ ...valid, group_id: 'shared' });
      desk.client.publish(send, data, { reply: `replies.${index}` });
    }
    await expect.poll(() => replies.length, { timeout: 30_000 }).toBe(count);
    expect(await desk.request(analytics, { group_id: 'shared' })).toMatchObject({ total_sent: count });
    expect(new Set(replies).size).toBe(count);
    expect(replies).toHaveLength(count);
    expect(desk.smtp.arrivedCount()).toBe(count);
    inbox.unsubscribe();
  });

  it('finishes what is in flight when it is stopped, and takes nothing more', async () => {
    const desk = await open();
    const go = desk.smtp.hold();
    const pending = Array.from({ length: 4 }, () => desk.request(send, { ...valid, group_id: 'drained' }));
    await expect.poll(() => desk.smtp.arrivedCount(), { timeout: 10_000 }).toBe(4);
    const stopped = desk.relay.stop();
    // A request for sending could still be taken, and held with the others: a query is answered at once or not at all.
    const ask = () => desk.request(status, {}).catch((error: Error) => error.message);
    await expect.poll(ask).toMatch(/no responders/i);
    await expect(desk.request(send, valid)).rejects.toThrow(/no responders/i);
    go();
    expect(await Promise.all(pending)).toEqual(Array(4).fill(expect.objectContaining({ group_id: 'drained' })));
    await stopped;
    await desk.startAnother();
    expect(await desk.request(analytics, { group_id: 'drained' })).toMatchObject({ total_sent: 4 });
  });

  it('stops also when nats-server is gone, and is not ready then', async () => {
    const desk = await open();
    await desk.nats.stop();
    const ready = async () => (await fetch(`http://127.0.0.1:${desk.relay.port}/readyz`)).status;
    await expect.poll(ready, { timeout: 10_000 }).toBe(503);
    await desk.relay.stop();
  });

  it('comes back by itself when nats-server does, and answers again', async () => {
    const desk = await open();
    await desk.nats.restart();
    // A request that is made while the caller itself is cut off is lost: it asks again.
    const ask = () =>
      desk.client.request(status, '{}', { timeout: 500 }).then(
        (reply) => reply.json(),
        (error: Error) => error.message,
      );
    await expect.poll(ask, { timeout: 20_000 }).toEqual({ error: 'email_id or group_id is required' });
    expect(await desk.request(send, { ...valid, group_id: 'again' })).toMatchObject({ group_id: 'again' });
  });

  it('answers once where the reply would be larger than the server takes', async () => {
    const desk = await open({ maxPayloadBytes: 16_384 });
    await Promise.all(Array.from({ length: 60 }, () => desk.request(send, { ...valid, group_id: 'large' })));
    expect(await desk.request(status, { group_id: 'large' })).toEqual({ error: 'internal error' });
  });

  it('publishes each change below the prefix, once per event id', async () => {
    const desk = await open();
    const events: { event_id: string; type: string; email_id: string }[] = [];
    desk.client.subscribe('lfx.email-service.events.*', {
      callback: (_error, message) => void events.push(message.json()),
    });
    await desk.client.flush();
    const sent = (await desk.request(send, valid)) as Sent;
    await expect.poll(() => events.map(({ type }) => type), { timeout: 10_000 }).toContain('sent');
    expect(events.every(({ email_id }) => email_id === sent.email_id)).toBe(true);
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
  });
});
