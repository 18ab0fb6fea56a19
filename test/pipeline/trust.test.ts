import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { checkMail } from '../../functions/ops/check-mail.ts';
import { routesSchema } from '../../shared/contracts/route.ts';
import { dryRunPorts } from '../../shared/runtime/dry-run-ports.ts';
import { monitored, openPipeline, type Pipeline, type RouteInput } from '../support/pipeline.ts';
import { testSettings } from '../support/platform-settings.ts';

const region = 'eu-central-1';
const fixed = { from: 'fixed', to: ['ann@example.com'] } as const;
const allowed = ['device@example.org', '*@sensors.example.net'];

let pipeline: Pipeline;
const open: Pipeline[] = [];
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));

async function start(route: RouteInput = {}, sesRegion: string | null = region): Promise<Pipeline> {
  const settings = sesRegion === null ? testSettings : { ...testSettings, sesRegion };
  pipeline = await openPipeline([{ recipients: fixed, ...route }], { settings });
  open.push(pipeline);
  return pipeline;
}

async function endOf(mail: string, metadata: Record<string, string> = {}) {
  const before = pipeline.sender.attempts.length;
  const rawKey = await pipeline.arrive(mail.replaceAll('\n', '\r\n'), { metadata });
  await pipeline.drain();
  const entries = await pipeline.records.ledger.list({ limit: 1000 });
  const { state, code } = entries.find((entry) => entry.rawKey === rawKey) ?? {};
  return { state, code, sends: pipeline.sender.attempts.length - before };
}

const mail = (from = 'From: Dev <device@example.org>') => `${from}\nTo: ${monitored}\nSubject: s\n\nbody\n`;

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const secrets = { linkSecret: async () => new Uint8Array(32) };
const ports = dryRunPorts({ maxMailBytes: 1_000_000 }, { secrets, log: quiet, sesRegion: region });

/** What the processor's plan says, without anything that stores. */
async function planned(raw: string, route: RouteInput) {
  const routes = routesSchema.parse([
    { id: 'default', address: monitored, identity: 'n@example.com', recipients: fixed, ...route },
  ]);
  const body = Readable.from([Buffer.from(raw)]);
  return (await checkMail({ ports, routes, recipients: [] }, { body, sizeBytes: raw.length })).mail;
}

interface Block {
  readonly region?: string;
  readonly spam?: string;
  readonly virus?: string;
  readonly results?: string;
}

const good =
  'amazonses.com; spf=pass; envelope-from=device@example.org; dkim=pass header.i=@example.org; dmarc=pass header.from=example.org;';

/** The fields that SES writes above a mail. */
function block({ region: at = region, spam = 'PASS', virus = 'PASS', results = good }: Block = {}): string {
  return [
    'Return-Path: <device@example.org>',
    `Received: from mx.example.org (mx.example.org [192.0.2.1])\n by inbound-smtp.${at}.amazonaws.com with SMTP id a1\n for ${monitored};\n Sun, 22 Nov 2026 08:00:00 +0000 (UTC)`,
    ...(spam === '' ? [] : [`X-SES-Spam-Verdict: ${spam}`]),
    ...(virus === '' ? [] : [`X-SES-Virus-Verdict: ${virus}`]),
    ...(results === '' ? [] : [`Authentication-Results: ${results}`]),
    'X-SES-RECEIPT: AEFBQUFB',
    'X-SES-DKIM-SIGNATURE: a=rsa-sha256; q=dns/txt; b=abc',
    '',
  ].join('\n');
}

describe('G8 verdicts are believed only from SES itself', () => {
  it('passes what SES vouches for, and nothing else', async () => {
    await start({ requireAuth: 'aligned' });
    expect(await endOf(block() + mail())).toMatchObject({ state: 'relayed', sends: 1 });
    const refused = { state: 'quarantined', code: 'ERR_NOT_AUTHENTICATED', sends: 0 };
    expect(await endOf(mail()), 'no block').toEqual(refused);
    expect(await endOf(block({ results: '' }) + block() + mail()), 'forged copies below').toEqual(refused);
    expect(await endOf(block({ region: 'us-east-1' }) + mail()), 'another region').toEqual(refused);
    const other =
      'amazonses.com; spf=pass; envelope-from=x@evil.example; dkim=pass header.i=@evil.example; dmarc=fail;';
    expect(await endOf(block({ results: other }) + mail()), 'vouched for another domain').toEqual(refused);
    const failed =
      'amazonses.com; spf=fail; envelope-from=device@example.org; dkim=fail header.i=@example.org; dmarc=fail;';
    expect(await endOf(block({ results: failed }) + mail()), 'all failed').toEqual(refused);
  });

  it('believes no block where mail does not come through SES', async () => {
    await start({ requireAuth: 'aligned' }, null);
    expect(await endOf(block() + mail())).toMatchObject({ state: 'quarantined', sends: 0 });
  });

  it('asks for DMARC itself when the route does', async () => {
    await start({ requireAuth: 'dmarc' });
    expect(await endOf(block() + mail())).toMatchObject({ state: 'relayed' });
    const aligned = good.replace('dmarc=pass', 'dmarc=none');
    expect(await endOf(block({ results: aligned }) + mail())).toMatchObject({ code: 'ERR_NOT_AUTHENTICATED' });
  });
});

describe('G9 every verdict with every value', () => {
  it('holds what failed, what could not be checked, and every word that is new', async () => {
    await start();
    for (const kind of ['spam', 'virus'] as const) {
      const code = kind === 'spam' ? 'ERR_SPAM' : 'ERR_VIRUS';
      for (const value of ['FAIL', 'PROCESSING_FAILED', 'fail', 'NEW_WORD']) {
        expect(await endOf(block({ [kind]: value }) + mail()), `${kind} ${value}`).toEqual({
          state: 'quarantined',
          code,
          sends: 0,
        });
      }
      for (const value of ['PASS', 'GRAY', 'DISABLED', '']) {
        expect(await endOf(block({ [kind]: value }) + mail()), `${kind} ${value}`).toMatchObject({ state: 'relayed' });
      }
    }
  });

  it('takes nothing but PASS as authentication', async () => {
    await start({ requireAuth: 'aligned' });
    for (const value of ['fail', 'gray', 'processing_failed', 'disabled', 'none', 'neutral', 'softfail', 'temperror']) {
      const results = `amazonses.com; spf=${value}; envelope-from=a@example.org; dkim=${value} header.i=@example.org; dmarc=${value};`;
      expect(await endOf(block({ results }) + mail()), value).toMatchObject({ state: 'quarantined', sends: 0 });
    }
  });
});

describe('who may send', () => {
  const list = Array.from({ length: 50 }, (_, index) => `victim${index}@example.com`).join(', ');
  const body = `Subject: Your parcel\n\nPay here: http://phish.example/\n:Email_Rxers_Code:[${list}]:Email_Rxers_Code:\n`;
  const phish = (index: number) =>
    `${strangers[index % strangers.length]?.replaceAll('#', String(index))}\n${body}`.replaceAll('\n', '\r\n');

  it('G7 a thousand mails of strangers would send nothing', async () => {
    const states = new Set<string>();
    for (let index = 0; index < 1000; index += 1) {
      const { state, code } = await planned(phish(index), { allowedSenders: allowed, recipients: { from: 'body' } });
      states.add(`${state} ${code}`);
    }
    expect([...states]).toEqual(['parked ERR_SENDER_REFUSED']);
  });

  it('G7 a hundred mails of strangers send nothing', async () => {
    await start({ allowedSenders: allowed, recipients: { from: 'body' } });
    for (let index = 0; index < 100; index += 1) await pipeline.arrive(phish(index));
    await pipeline.drain();
    const entries = await pipeline.records.ledger.list({ limit: 1000 });
    expect(entries).toHaveLength(100);
    expect(entries.every(({ state, code }) => state === 'parked' && code === 'ERR_SENDER_REFUSED')).toBe(true);
    expect(pipeline.sender.attempts).toEqual([]);
  });

  it.each([
    ['From: device@example.org', 'relayed'],
    ['From: "Device, the" <device@example.org> (at home)', 'relayed'],
    ['From: DEVICE@EXAMPLE.ORG', 'relayed'],
    ['From: any@sensors.example.net', 'relayed'],
    ['From: device@example.org\nFrom: evil@evil.example', 'parked'],
    ['From: device@example.org, evil@evil.example', 'parked'],
    ['From: Team: device@example.org;', 'parked'],
    ['From: "a@b"@evil.example, device@example.org', 'parked'],
    ['From: device@example.org <evil@evil.example>', 'parked'],
    ['From: "device@example.org" <evil@evil.example>', 'parked'],
    ['From: =?utf-8?Q?device=40example.org?= <evil@evil.example>', 'parked'],
    ['From: <evil@evil.example> <device@example.org>', 'parked'],
    ['From: device@example.org.evil.example', 'parked'],
    ['From: device@example.org\n <evil@evil.example>', 'parked'],
    ['Sender: device@example.org', 'parked'],
    ['From: x@a.sensors.example.net', 'parked'],
  ])('C14 %j is %s', async (from, state) => {
    expect(await planned(mail(from).replaceAll('\n', '\r\n'), { allowedSenders: allowed })).toMatchObject({ state });
  });

  it('G11 sends to no domain that is not allowed, and says how many were left out', async () => {
    await start({ recipients: { from: 'body' }, allowedRecipientDomains: ['example.com'] });
    const list = ':Email_Rxers_Code:a@example.com, b@evil.example, c@sub.example.com:Email_Rxers_Code:';
    expect(await endOf(mail().replace('body', list))).toMatchObject({ state: 'relayed', sends: 1 });
    const [entry] = await pipeline.records.ledger.list({ limit: 1 });
    expect(entry?.warnings).toContain('2 recipients refused');
  });

  it('G12 tells operators of a refusal, in words without an address, and the sender nothing', async () => {
    await start({ allowedSenders: allowed });
    await endOf(mail('From: Secret Sender <secret-sender@evil.example>'));
    const notices = JSON.stringify(await pipeline.stores.readNotices('fallback', 10));
    expect(notices).toContain('ERR_SENDER_REFUSED');
    expect(notices).not.toMatch(/secret-sender|evil\.example|Secret Sender/);
    expect(pipeline.sender.attempts).toEqual([]);
  });
});

const strangers = [
  'From: Bank <service#@bank-secure.example>',
  'From: "device@example.org" <x#@evil.example>',
  'From: =?utf-8?Q?device=40example.org?= <x#@evil.example>',
  'From: device@example.org.evil#.example',
  'From: x#@evil.example\nReply-To: device@example.org\nSender: device@example.org',
  'From: device@example.org\nFrom: x#@evil.example',
  'From: x#@evil.example, device@example.org',
  'From: Team#: device@example.org;',
  'X-From#: none\nSender: device@example.org',
  `${block().trimEnd()}\nFrom: x#@evil.example`,
];

describe('G10 a flood is held', () => {
  it('by sender and for the whole route, each hour anew; a repeated event counts once', async () => {
    await start({ maxMailsPerSenderPerHour: 3, maxMailsPerHour: 8 });
    const from = (name: string) => mail(`From: ${name}@example.org`);
    const held = { state: 'parked', code: 'ERR_RATE', sends: 0 };
    for (let count = 0; count < 3; count += 1) expect(await endOf(from('a'))).toMatchObject({ sends: 1 });
    expect(await endOf(from('a'))).toEqual(held);
    expect(await endOf(from('A'))).toEqual(held);
    for (let count = 0; count < 3; count += 1) expect(await endOf(from('b'))).toMatchObject({ sends: 1 });
    for (let count = 0; count < 2; count += 1) expect(await endOf(from('c'))).toMatchObject({ sends: 1 });
    expect(await endOf(from('d')), 'the ninth of the route').toEqual(held);
    expect(await pipeline.stores.readNotices('fallback', 10)).toHaveLength(3);
    pipeline.clock.advance(3600);
    expect(await endOf(from('a'))).toMatchObject({ sends: 1 });
  });

  it('lets no stranger use up the share of others', async () => {
    await start({ allowedSenders: allowed, maxMailsPerHour: 2 });
    for (let count = 0; count < 5; count += 1) await endOf(mail('From: x@evil.example'));
    expect(await endOf(mail())).toMatchObject({ state: 'relayed' });
  });

  it('keeps a mail its place, and forgets the count after its hour', async () => {
    await start();
    const { arrivalCounts } = pipeline.records;
    const ids = Array.from({ length: 2000 }, (_, index) => `mail-${index}`);
    for (const id of ids) await arrivalCounts.count('route#all', id);
    expect(await arrivalCounts.count('route#all', 'mail-0')).toBe(1);
    expect(await arrivalCounts.count('route#all', 'mail-1999')).toBe(2000);
    const some = await Promise.all([0, 1, 2, 3, 4].map((index) => arrivalCounts.count('route#b', `mail-${index}`)));
    expect(some.toSorted()).toEqual([1, 2, 3, 4, 5]);
    const hour = pipeline.clock.now().toISOString().slice(0, 13);
    const record = await pipeline.platform.store.read({ pk: `RATE#route#all#${hour}`, sk: 'TOTAL' });
    expect(record?.expiresAt).toBe(Math.floor(pipeline.clock.now().getTime() / 1000) + 7200);
  });
});
