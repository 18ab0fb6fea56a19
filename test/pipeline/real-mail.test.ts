import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { afterEach, describe, expect, it } from 'vitest';
import { hashToken } from '../../shared/mail/link-token.ts';
import { openPipeline, type Pipeline, type RouteInput } from '../support/pipeline.ts';

const sample = (name: string) => readFileSync(join(import.meta.dirname, '../../events/mail', `${name}.eml`));

let pipeline: Pipeline;
afterEach(() => pipeline.close());

async function run(mail: string | Uint8Array, route: RouteInput = {}, metadata = {}) {
  pipeline = await openPipeline([route]);
  await pipeline.arrive(mail, { metadata });
  await pipeline.drain();
  const [entry] = await pipeline.records.ledger.list({ limit: 5 });
  const sent = await pipeline.sent();
  const parsed = await Promise.all(
    sent.map(async ({ rcptTo, mime }) => ({ rcptTo, mail: await PostalMime.parse(mime) })),
  );
  return { entry: entry!, sent, parsed, parts: await pipeline.records.ledger.parts(entry!.mailId) };
}

const linksIn = (text: string) => [...text.matchAll(/\/f\/([A-Za-z0-9_-]{32})/g)].map((match) => match[1]!);

async function fetchLink(token: string): Promise<Buffer> {
  const link = await pipeline.records.links.read(hashToken(token));
  const content = await pipeline.platform.files.get(link?.blobKey ?? '');
  const chunks: Buffer[] = [];
  for await (const chunk of content!.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What holds for every mail to a and b: one each, nothing of the list or the marker left. */
async function expectRelayed(mail: string | Uint8Array, fileNames: readonly string[]) {
  const result = await run(mail);
  expect(result.entry).toMatchObject({ state: 'relayed', recipientCount: 2 });
  expect(result.sent.map(({ rcptTo }) => rcptTo).sort()).toEqual(['a@example.com', 'b@example.com']);
  for (const { rcptTo, mail: out } of result.parsed) {
    const other = rcptTo === 'a@example.com' ? 'b@example.com' : 'a@example.com';
    for (const body of [out.text ?? '', out.html ?? '']) {
      expect(body).not.toMatch(/Email_Rxers_Code/i);
      expect(body).not.toContain(other);
      expect(new Set(linksIn(body)).size).toBe(fileNames.length);
    }
    expect(out.from?.address).toBe('notifications@example.com');
    expect(out.to?.map(({ address }) => address)).toEqual([rcptTo]);
  }
  expect(result.parts.filter(({ fate }) => fate === 'offloaded').map(({ fileName }) => fileName)).toEqual(fileNames);
  const tokens = result.parsed.map(({ mail: out }) => linksIn(out.text ?? ''));
  for (const token of tokens[0] ?? []) expect(tokens[1]).not.toContain(token);
  for (const [index, part] of result.parts.filter(({ fate }) => fate === 'offloaded').entries()) {
    for (const own of tokens) {
      const bytes = await fetchLink(own[index]!);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(part.sha256);
    }
  }
  const log = pipeline.logLines.join('\n');
  for (const secret of ['a@example.com', 'b@example.com', 'Email_Rxers_Code', ...tokens.flat()])
    expect(log).not.toContain(secret);
  expect(log).toContain('mail relayed');
  return result;
}

describe('mail that simpler forwarders lose is relayed', () => {
  it.each([
    ['single-part text', 'plain-text', []],
    ['HTML only', 'html-only', []],
    ['C26 multipart/alternative inside mixed', 'alternative-in-mixed', 1],
    ['C16 latin-1, 8 bit', 'latin-1-8bit', []],
    ['a base64 body', 'base64-body', ['values.csv']],
    ['C33 quoted-printable with the marker split by soft line breaks', 'quoted-printable-split-marker', ['values.csv']],
    ['D5 two attachments with one name', 'two-attachments-one-name', 2],
    ['an inline PDF', 'inline-pdf', 1],
    ['RFC 2047 and 2231 file names', 'encoded-names', ['Prüfbericht für März.pdf', 'Messwerte für den März.csv']],
    ['D4 an attachment without a name', 'attachment-without-name', 2],
    ['a forwarded .eml', 'forwarded-eml', 1],
    ['<script> in a text body', 'script-in-text', []],
  ] as const)('%s', async (_what, name, files) => {
    const { parts } = await run(sample(name));
    await pipeline.close();
    const names = parts.filter(({ fate }) => fate === 'offloaded').map(({ fileName }) => fileName);
    if (typeof files === 'number') expect(names).toHaveLength(files);
    else expect(names).toEqual(files);
    expect(new Set(names).size).toBe(names.length);
    await expectRelayed(sample(name), names);
  });

  it('keeps latin-1 text readable', async () => {
    const { parsed } = await run(sample('latin-1-8bit'));
    expect(parsed[0]?.mail.text).toMatch(/[äöüÄÖÜßéè]/);
    expect(parsed[0]?.mail.text).not.toContain('\uFFFD');
  });

  it('shows <script> of a text body as text, never as HTML', async () => {
    const { parsed } = await run(sample('script-in-text'));
    expect(parsed[0]?.mail.text).toContain('<script>');
    expect(parsed[0]?.mail.html).not.toMatch(/<script/i);
  });

  it('keeps an image in the mail that its HTML shows', async () => {
    const { parsed, parts } = await run(sample('inline-image'));
    expect(parts.map(({ fileName, fate }) => [fileName, fate])).toEqual([
      ['dot.png', 'inline'],
      ['scan.pdf', 'offloaded'],
    ]);
    expect(parsed[0]?.mail.attachments.map(({ contentId, mimeType }) => [contentId, mimeType])).toEqual([
      ['<dot@example.org>', 'image/png'],
    ]);
  });

  it('F8 51 recipients get one mail each', async () => {
    const list = Array.from({ length: 51 }, (_, index) => `r${index}@example.com`);
    const mail = `From: d@example.org\r\nSubject: many\r\n\r\n:Email_Rxers_Code:[${list.join(',')}]:Email_Rxers_Code:\r\nhello\r\n`;
    const { entry, sent } = await run(mail);
    expect(entry).toMatchObject({ state: 'relayed', recipientCount: 51 });
    expect(sent.map(({ rcptTo }) => rcptTo).sort()).toEqual([...list].sort());
  });
});

describe('a mail that is not relayed', () => {
  it.each([
    ['without recipients', 'hello', 'parked', 'pump 7'],
    ['from a mailer daemon', 'hello', 'ignored', 'pump 7'],
    ['with a subject of half a megabyte', 'hello', 'parked', 'x'.repeat(500_000)],
  ])('tells the operator whose it is and what it is about: %s', async (what, body, state, subject) => {
    const from = what.includes('daemon') ? 'mailer-daemon@example.org' : 'device@example.org';
    const { entry } = await run(`From: ${from}\r\nSubject: ${subject}\r\n\r\n${body}\r\n`);
    expect(entry).toMatchObject({ state, from, subject: subject.slice(0, 1000) });
  });
});

describe('the transcript of the first description', () => {
  const transcript = [
    'Subject:Email with attachment',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="BOUNDARY-STR"',
    '',
    '--BOUNDARY-STR',
    'Content-Type: text/plain',
    '',
    'Line1:This is a test mail.',
    'Line2:Email_Rxers_Code:[a@example.com,b@example.com]:Email_Rxers_Code:',
    'Line3:The end.',
    '',
    '--BOUNDARY-STR',
    'Content-Type: application/octet-stream; name="content"',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="content"',
    Buffer.from('the content of the file\n').toString('base64'),
    '--BOUNDARY-STR',
    '',
  ].join('\r\n');

  it('lacks a blank line and the end of its last boundary: both are tolerated and noted', async () => {
    const { entry, parsed, parts } = await expectRelayed(transcript, ['content']);
    expect(entry.warnings).toEqual(
      expect.arrayContaining([
        expect.stringContaining('header-line-without-colon'),
        expect.stringContaining('boundary-unclosed'),
      ]),
    );
    expect(parts).toHaveLength(1);
    const [token] = linksIn(parsed[0]?.mail.text ?? '');
    expect((await fetchLink(token!)).toString()).toBe('the content of the file\n');
    expect(parsed[0]?.mail.text).toContain('Line1:This is a test mail.');
    expect(parsed[0]?.mail.text).toContain('Line3:The end.');
  });

  it('works with the list of the sample file too', async () => {
    await expectRelayed(sample('seed-transcript'), ['content']);
  });
});

describe('recipients by route', () => {
  const mail = 'From: Dev <dev@example.org>\r\nTo: capture@in.example.com\r\nSubject: s\r\n\r\nbody\r\n';

  it('fixed', async () => {
    const { sent } = await run(mail, { recipients: { from: 'fixed', to: ['x@example.com', 'y@example.com'] } });
    expect(sent.map(({ rcptTo }) => rcptTo).sort()).toEqual(['x@example.com', 'y@example.com']);
  });

  it('sender', async () => {
    const { sent } = await run(mail, { recipients: { from: 'sender' } });
    expect(sent.map(({ rcptTo }) => rcptTo)).toEqual(['dev@example.org']);
  });

  it('map, by the envelope recipient', async () => {
    const map = { 'pumps@in.example.com': ['p@example.com'], 'doors@in.example.com': ['d@example.com'] };
    const { sent } = await run(
      mail,
      { address: '*@in.example.com', recipients: { from: 'map', map } },
      { 'rcpt-to': 'doors@in.example.com', 'mail-from': 'dev@example.org' },
    );
    expect(sent.map(({ rcptTo }) => rcptTo)).toEqual(['d@example.com']);
  });
});

describe('what cannot be relayed has its end, and its raw mail stays', () => {
  it.each([
    ['no marker', sample('no-marker'), 'parked', 'ERR_NO_RECIPIENTS'],
    ['C32 text and HTML that differ', sample('recipients-differ'), 'parked', 'ERR_RECIPIENT_MISMATCH'],
    ['A19 an empty object', '', 'parked', 'ERR_EMPTY'],
    [
      'C2 a boundary that never comes',
      'From: a@example.org\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\nnothing\r\n',
      'parked',
      'ERR_BOUNDARY',
    ],
    [
      'G1 an automatic reply',
      'From: a@example.org\r\nAuto-Submitted: auto-replied\r\n\r\nhi\r\n',
      'ignored',
      'ERR_LOOP',
    ],
  ] as const)('%s', async (_what, mail, state, code) => {
    const { entry, sent } = await run(mail);
    expect(entry).toMatchObject({ state, code });
    expect(sent).toEqual([]);
    expect(await pipeline.platform.raw.head(entry.rawKey)).toBeDefined();
    const notices = await pipeline.stores.readNotices('fallback', 10);
    expect(notices).toHaveLength(state === 'ignored' ? 0 : 1);
    expect((await pipeline.stores.queues.inbound.depth()).messageCount).toBe(0);
  });

  it('deletes attachments that no link will ever refer to', async () => {
    const mail = sample('two-attachments-one-name')
      .toString('latin1')
      .replaceAll(/Email_Rxers_Code/g, 'Other');
    const { entry } = await run(Buffer.from(mail, 'latin1'));
    expect(entry.state).toBe('parked');
    for (const path of ['1', '2', '3']) {
      expect(await pipeline.platform.files.head(`files/${entry.mailId}/${path}`)).toBeUndefined();
    }
  });

  it('G4 the monitored address itself is no recipient', async () => {
    const { entry } = await run(
      'From: a@example.org\r\n\r\n:Email_Rxers_Code:capture@in.example.com:Email_Rxers_Code:\r\n',
    );
    expect(entry).toMatchObject({ state: 'parked', code: 'ERR_NO_RECIPIENTS' });
  });
});
