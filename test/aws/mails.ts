import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One mail as SES writes it: under its route's prefix. */
export interface ArrivingMail {
  readonly name: string;
  readonly routeId: string;
  readonly raw: Buffer;
  /** How often the event of its arrival comes. */
  readonly eventCount: number;
}

export const identity = 'notifications@example.com';

/** The routes of the deployment under test, as its routes file holds them. */
export const routes = [
  {
    id: 'default',
    address: 'capture@in.example.com',
    identity,
    allowedSenders: ['*@example.com', '*@example.org'],
    requireAuth: 'none',
  },
  { id: 'guarded', address: 'guarded@in.example.com', identity, allowedSenders: ['*@example.com'] },
  {
    id: 'fixed',
    address: 'fixed@in.example.com',
    identity,
    allowedSenders: ['*@example.com'],
    requireAuth: 'none',
    recipients: { from: 'fixed', to: ['ops@example.com'] },
  },
];

type Write = (number: number) => string | Buffer;

const list = (...to: readonly string[]) => `:Email_Rxers_Code:[${to.join(', ')}]:Email_Rxers_Code:`;
const head = (subject: string, more = '') => `From: Device <device@example.com>\r\nSubject: ${subject}\r\n${more}`;
const plain = (subject: string, body: string, more = '') =>
  `${head(subject, more)}Content-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n`;
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
const file = (name: string, bytes: Buffer, type = 'application/octet-stream') =>
  `--b\r\nContent-Type: ${type}; name="${name}"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${base64(bytes)}\r\n`;
const mixed = (subject: string, body: string, ...parts: readonly string[]) =>
  `${head(subject, 'MIME-Version: 1.0\r\n')}Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n${body}\r\n${parts.join('')}--b--\r\n`;

/** The header block of a mail that SES took in: what it found out stands above its own signature. */
const sesBlock = (spam: string, virus: string, dkim: string) =>
  `Return-Path: <device@example.com>\r\nReceived: from mail.example.com (mail.example.com [192.0.2.1])\r\n by inbound-smtp.eu-west-1.amazonaws.com with SMTP id abc for guarded@in.example.com;\r\n Mon, 02 Mar 2026 09:00:00 +0000 (UTC)\r\nX-SES-Spam-Verdict: ${spam}\r\nX-SES-Virus-Verdict: ${virus}\r\nAuthentication-Results: amazonses.com; dkim=${dkim} header.i=@example.com;\r\nX-SES-DKIM-SIGNATURE: a=rsa-sha256; q=dns/txt; b=abc\r\n`;

const kinds: readonly (readonly [name: string, write: Write, more?: { routeId?: string; eventCount?: number }])[] = [
  ['plain text', (n) => plain('text', `hello\r\n${list(`a${n}@example.com`, `b${n}@example.net`)}`)],
  ['an attachment', (n) => mixed('one file', list(`a${n}@example.com`), file('data.csv', Buffer.alloc(40_000, n)))],
  [
    'two attachments of one name',
    (n) =>
      mixed(
        'two files',
        list(`a${n}@example.com`, `c${n}@example.com`),
        file('x.bin', Buffer.alloc(3000, 1)),
        file('x.bin', Buffer.alloc(5000, 2)),
      ),
  ],
  ['its event twice', (n) => plain('twice', list(`twice${n}@example.com`)), { eventCount: 2 }],
  [
    'its event five times',
    (n) => mixed('five times', list(`five${n}@example.com`), file('f.txt', Buffer.alloc(100, 1))),
    { eventCount: 5 },
  ],
  ['no recipients', () => plain('no list', 'nobody is named here')],
  ['an open marker', () => plain('open', ':Email_Rxers_Code:[a@example.com')],
  ['nothing at all', () => ''],
  [
    'a boundary that never comes',
    () =>
      `${head('broken')}Content-Type: multipart/mixed; boundary="missing"\r\n\r\nno part is here ${'x'.repeat(400)}\r\n`,
  ],
  ['a bounce', () => plain('Undelivered', 'failed', 'Return-Path: <>\r\n')],
  ['an automatic reply', () => plain('Away', list('a@example.com'), 'Auto-Submitted: auto-replied\r\n')],
  ['a sensor', (n) => plain('Alarm', list(`sensor${n}@example.com`), 'Auto-Submitted: auto-generated\r\n')],
  ['a stranger', () => `From: x@evil.example\r\nSubject: spam\r\n\r\n${list('a@example.com')}\r\n`],
  [
    'encrypted',
    () =>
      `${head('secret')}Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\nabc\r\n-----END PGP MESSAGE-----\r\n--b--\r\n`,
  ],
  ['throttled', (n) => plain('throttled', list(`throttle-${n}@example.com`))],
  ['an answer that is lost', (n) => plain('lost', list(`lost-${n}@example.com`))],
  ['refused by SES', (n) => plain('refused', list(`reject-${n}@example.com`, `fine${n}@example.com`))],
  ['a bouncing recipient', (n) => plain('bounces', list(`bounce+${n}@simulator.amazonses.com`, `ok${n}@example.com`))],
  ['a complaint', (n) => plain('complains', list(`complaint+${n}@simulator.amazonses.com`))],
  [
    'authenticated',
    (n) => `${sesBlock('PASS', 'PASS', 'pass')}${plain('trusted', list(`t${n}@example.com`))}`,
    { routeId: 'guarded' },
  ],
  [
    'not authenticated',
    () => `${sesBlock('PASS', 'PASS', 'fail')}${plain('forged', list('t@example.com'))}`,
    { routeId: 'guarded' },
  ],
  [
    'a virus',
    () => `${sesBlock('PASS', 'FAIL', 'pass')}${plain('virus', list('t@example.com'))}`,
    { routeId: 'guarded' },
  ],
  ['spam', () => `${sesBlock('FAIL', 'PASS', 'pass')}${plain('spam', list('t@example.com'))}`, { routeId: 'guarded' }],
  [
    'fixed recipients',
    (n) => mixed('to the desk', `report ${n}`, file('r.pdf', Buffer.alloc(9000, n), 'application/pdf')),
    { routeId: 'fixed' },
  ],
  [
    'a calendar',
    (n) =>
      mixed(
        'meeting',
        list(`cal${n}@example.com`),
        '--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n',
      ),
  ],
  ['forty recipients', (n) => plain('many', list(...Array.from({ length: 40 }, (_, i) => `m${n}x${i}@example.com`)))],
  ['too many recipients', () => plain('flood', list(...Array.from({ length: 501 }, (_, i) => `f${i}@example.com`)))],
  [
    'a name in Greek',
    (n) =>
      mixed('Ελλάδα', list(`g${n}@example.com`), file('=?utf-8?B?zrHPgc+HzrXOr86/LnBkZg==?=', Buffer.alloc(700, 3))),
  ],
];

const samples = resolve(import.meta.dirname, '../../events/mail');

/** A hundred mails of all kinds: those of `events/mail`, and what is written here in turn. */
export function hundredMails(): readonly ArrivingMail[] {
  const files = readdirSync(samples)
    .filter((name) => name.endsWith('.eml'))
    .sort();
  const given = files.map((name) => ({
    name,
    routeId: 'default',
    eventCount: 1,
    raw: readFileSync(join(samples, name)),
  }));
  const written = Array.from({ length: 100 - given.length }, (_, index) => {
    const [name, write, { routeId = 'default', eventCount = 1 } = {}] = kinds[index % kinds.length] ?? [];
    if (name === undefined || write === undefined) throw new Error('there are no kinds of mail');
    return { name: `${name} ${index}`, routeId, eventCount, raw: Buffer.from(write(index)) };
  });
  return [...given, ...written];
}
