import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { identity, monitored, openPipeline, type Pipeline, type RouteInput } from '../support/pipeline.ts';

const open: Pipeline[] = [];
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));

const fixed = { from: 'fixed', to: ['ann@example.com'] } as const;

async function start(route: RouteInput = { recipients: fixed }, secret = 1): Promise<Pipeline> {
  const secrets = { linkSecret: async () => Buffer.alloc(32, secret) };
  const pipeline = await openPipeline([route], { secrets });
  open.push(pipeline);
  return pipeline;
}

async function endOf(pipeline: Pipeline, mail: string, metadata: Record<string, string> = {}) {
  const before = pipeline.sender.attempts.length;
  await pipeline.arrive(mail.replaceAll('\n', '\r\n'), { metadata });
  await pipeline.drain();
  const entries = await pipeline.records.ledger.list({ limit: 100 });
  const { state, code } = entries.toSorted((left, right) => (left.rawKey < right.rawKey ? 1 : -1))[0] ?? {};
  return { state, code, sends: pipeline.sender.attempts.length - before };
}

const ignored = { state: 'ignored', code: 'ERR_LOOP', sends: 0 };
const plain = 'From: device@example.org\nTo: capture@in.example.com\nSubject: s\n\nbody\n';

describe('two installations that point at each other', () => {
  /** Hands every mail that one has sent to the other, until neither sends any more. */
  async function letThemTalk(first: Pipeline, second: Pipeline): Promise<number> {
    await first.arrive(plain.replaceAll('\n', '\r\n'));
    const handed = new Map([first, second].map((one) => [one, 0]));
    for (let moved = true; moved; ) {
      moved = false;
      for (const [from, to] of [
        [first, second],
        [second, first],
      ] as const) {
        await from.drain();
        for (const mail of from.sender.attempts.slice(handed.get(from))) {
          handed.set(from, (handed.get(from) ?? 0) + 1);
          moved = true;
          await to.arrive(await bytesOf(await mail.openMime()), { metadata: { 'mail-from': mail.mailFrom } });
        }
      }
    }
    return (handed.get(first) ?? 0) + (handed.get(second) ?? 0);
  }

  const pair = {
    address: monitored,
    recipients: { from: 'fixed', to: ['capture@in.example.net'] },
  };
  const other = {
    address: 'capture@in.example.net',
    identity: 'notifications@example.net',
    recipients: { from: 'fixed', to: [monitored] },
  };

  it.each([
    ['with secrets of their own', 2],
    ['with one secret', 1],
  ])('G5 %s stop after at most three mails', async (_what, secret) => {
    const first = await start(pair, 1);
    const second = await start(other, secret);
    const sends = await letThemTalk(first, second);
    expect(sends).toBeGreaterThan(0);
    expect(sends).toBeLessThanOrEqual(2);
    const ends = await Promise.all([first, second].map((one) => one.records.ledger.list({ limit: 10 })));
    expect(ends.flat().filter(({ code }) => code === 'ERR_LOOP')).toHaveLength(1);
    expect(ends.flat().length).toBeLessThanOrEqual(3);
  });
});

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('mail that has been here before', () => {
  it('G5 knows its own mail by the signature, and one that others made up by its count alone', async () => {
    const pipeline = await start();
    await endOf(pipeline, plain);
    const [own] = await pipeline.sent();
    const hop = /^X-Lightermail-Hop:(?:.|\r\n[ \t])*/m.exec(own?.mime ?? '')?.[0].replaceAll(/\r\n[ \t]+/g, ' ');
    expect(hop).toMatch(/^X-Lightermail-Hop: 1; id=[0-9a-z]{40}; via=[\w-]{8}; s=[\w-]{22}$/);

    expect(await endOf(pipeline, `${hop}\n${plain}`)).toEqual(ignored);
    for (const value of ['1', '2', 'not ours', '1; id=x; s=AAAAAAAAAAAAAAAAAAAAAA', '-5', '99999999999999999999']) {
      expect(await endOf(pipeline, `X-Lightermail-Hop: ${value}\n${plain}`), value).toMatchObject({ sends: 1 });
    }
    for (const value of ['3', '9999', '3; id=x']) {
      expect(await endOf(pipeline, `X-Lightermail-Hop: ${value}\n${plain}`), value).toEqual(ignored);
    }
    const many = 'X-Lightermail-Hop: 1\n'.repeat(3);
    expect(await endOf(pipeline, many + plain)).toEqual(ignored);
  });

  it('G3 more than 25 Received fields, or a second delivery to the address by SES', async () => {
    const pipeline = await start();
    const received = (by: string, address: string) =>
      `Received: from mx.example.org by ${by} with SMTP id a1 for <${address}>; Sun, 22 Nov 2026 08:00:00 +0000\n`;
    const ses = 'inbound-smtp.eu-west-1.amazonaws.com';
    expect(await endOf(pipeline, received('mx.example.org', 'x@example.org').repeat(26) + plain)).toEqual(ignored);
    expect(await endOf(pipeline, received('mx.example.org', monitored).repeat(25) + plain)).toMatchObject({ sends: 1 });
    expect(await endOf(pipeline, received(ses, monitored).repeat(2) + plain)).toEqual(ignored);
    expect(await endOf(pipeline, received(ses, monitored) + received(ses, 'else@example.org') + plain)).toMatchObject({
      sends: 1,
    });
  });

  it('G6 what is sent says that a machine wrote it, and its bounce is not sent on', async () => {
    const pipeline = await start();
    await endOf(pipeline, plain);
    const [own] = await pipeline.sent();
    expect(own?.mime).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    const bounce = `From: MAILER-DAEMON@example.com\nTo: ${identity}\nSubject: Returned mail\n\n${own?.mime.replaceAll('\r\n', '\n')}`;
    expect(await endOf(pipeline, bounce)).toEqual(ignored);
  });
});

const multipart = (type: string, ...parts: string[]) =>
  `Content-Type: ${type}; boundary=b\n\n${parts.map((part) => `--b\n${part}\n`).join('')}--b--\n`;
const note = 'Content-Type: text/plain\n\nSorry.\n';
const given = 'Content-Type: message/rfc822\n\nFrom: a@example.org\nSubject: s\n\nhello\n';

describe('answers of machines are not sent on', () => {
  it.each([
    ['G2 null envelope sender', plain, { 'mail-from': '' }],
    ['G2 null Return-Path', `Return-Path: <>\n${plain}`],
    ['G2 MAILER-DAEMON as envelope sender', plain, { 'mail-from': 'MAILER-DAEMON' }],
    ['G2 From: MAILER-DAEMON <>', 'From: MAILER-DAEMON <>\nSubject: s\n\nbody\n'],
    ['G2 From: Mail Delivery Subsystem', 'From: Mail Delivery Subsystem <mds@example.org>\nSubject: s\n\nbody\n'],
    ['G1 multipart/report', `From: a@example.org\n${multipart('multipart/report', note)}`],
    [
      'G1 a delivery-status part in multipart/mixed',
      `From: a@example.org\n${multipart('multipart/mixed', note, 'Content-Type: message/delivery-status\n\nAction: failed\n')}`,
    ],
    [
      'G1 a disposition notification',
      `From: a@example.org\n${multipart('multipart/mixed', note, 'Content-Type: message/disposition-notification\n\nDisposition: x\n')}`,
    ],
    ['G1 Auto-Submitted: auto-replied', `Auto-Submitted: auto-replied (vacation)\n${plain}`],
    ['G1 Auto-Submitted: Auto-Replied; with a parameter', `Auto-Submitted: Auto-Replied; owner-email="a@x"\n${plain}`],
    ['G1 X-Failed-Recipients', `X-Failed-Recipients: a@example.org\n${plain}`],
    ['G1 X-Autoreply', `X-Autoreply: yes\n${plain}`],
    ['G1 X-Auto-Response', `X-Auto-Response: vacation\n${plain}`],
    ['G1 Precedence: auto_reply', `Precedence: auto_reply\n${plain}`],
    [
      'G1 an answer with the subject of RFC 3834',
      `In-Reply-To: <1@example.com>\n${plain.replace('Subject: s', 'Subject: Auto: s')}`,
    ],
    ['G1 out of office', `References: <1@example.com>\n${plain.replace('Subject: s', 'Subject: Out of office')}`],
    [
      'G1 the fields of a report as text',
      plain.replace('body', 'Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x\nAction: failed\nStatus: 5.1.1'),
    ],
    [
      'G1 a postmaster who gives a mail back',
      `From: Postmaster <postmaster@example.org>\nSubject: s\n${multipart('multipart/mixed', note, given)}`,
    ],
    [
      'G1 a postmaster with an SMTP reply',
      'From: postmaster@example.org\nSubject: s\n\nSaid:\n550 5.1.1 user unknown\n',
    ],
    [
      'G1 a failure that gives a mail back',
      `From: no-reply@example.org\nSubject: Undeliverable: s\n${multipart('multipart/mixed', note, given)}`,
    ],
  ] as [string, string, Record<string, string>?][])('%s', async (_what, mail, metadata) => {
    expect(await endOf(await start(), mail, metadata)).toEqual(ignored);
  });
});

describe('mail that only looks like an answer is sent on', () => {
  it.each([
    ['G1 an auto-generated sensor mail', `Auto-Submitted: auto-generated\n${plain}`],
    ['Auto-Submitted: no', `Auto-Submitted: no\n${plain}`],
    ['G1 Precedence: bulk', `Precedence: bulk\n${plain}`],
    ['G1 X-Auto-Response-Suppress', `X-Auto-Response-Suppress: All\n${plain}`],
    ['G1 a list mail', `List-Id: <l.example.org>\nList-Subscribe: <mailto:l@example.org>\n${plain}`],
    [
      'a forwarded bounce, kept in its own part',
      `From: a@example.org\n${multipart('multipart/mixed', note, `Content-Type: message/rfc822\n\nFrom: x@example.org\n${multipart('multipart/report', note)}`)}`,
    ],
    ['a forwarded mail', `From: a@example.org\nSubject: Fwd: s\n${multipart('multipart/mixed', note, given)}`],
    ['a sensor that tells of its status', plain.replace('body', 'Status: ok\nAction: none\n550 kWh since 5.1.1')],
    ['a postmaster who writes himself', 'From: postmaster@example.org\nSubject: disk is full\n\n98 % used\n'],
    ['a person who writes of an office', plain.replace('Subject: s', 'Subject: Out of office chairs')],
    ['a person whose name begins like a daemon', 'From: mailer-daemonica@example.org\nSubject: s\n\nbody\n'],
  ])('%s', async (_what, mail) => {
    expect(await endOf(await start(), mail)).toMatchObject({ state: 'relayed', sends: 1 });
  });

  it('G1 but none of them is answered', async () => {
    const pipeline = await start({ recipients: { from: 'sender' } });
    for (const field of [
      'Auto-Submitted: auto-generated',
      'Precedence: bulk',
      'List-Id: <l.example.org>',
      'X-Auto-Response-Suppress: All',
    ]) {
      expect(await endOf(pipeline, `${field}\n${plain}`), field).toEqual(ignored);
    }
    expect(await endOf(pipeline, plain)).toMatchObject({ sends: 1 });
  });
});
