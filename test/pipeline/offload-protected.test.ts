import { afterEach, describe, expect, it } from 'vitest';
import { TransientMailError } from '../../shared/errors/mail-error.ts';
import { filePart, fixedRoute, type OffloadRun, runMail, sampleMail, sha256 } from '../support/offload-run.ts';
import { openPipeline, type Pipeline, type RouteInput } from '../support/pipeline.ts';

let pipeline: Pipeline | undefined;
afterEach(async () => {
  await pipeline?.close();
  pipeline = undefined;
});

async function run(mail: string | Uint8Array, route: RouteInput = {}): Promise<OffloadRun> {
  const result = await runMail(mail, route);
  pipeline = result.pipeline;
  return result;
}

const bodyOf = (mail: Buffer) => mail.subarray(mail.indexOf('\r\n\r\n') + 4);
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const fieldsOf = (head: string) => (head.match(/^[^\s:]+(?=:)/gm) ?? []).map((name) => name.toLowerCase()).sort();

const ownFields = [
  ...['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version'],
  ...['reply-to', 'subject', 'to', 'x-lightermail-hop'],
];

async function expectIntact(mail: Buffer, route: RouteInput, contentFields: readonly string[]): Promise<OffloadRun> {
  const result = await run(mail, route);
  expect(result.entry).toMatchObject({ state: 'relayed', recipientCount: 2 });
  expect(result.sent).toHaveLength(2);
  for (const { head, body, rcptTo } of result.sent) {
    expect(sha256(latin1(body))).toBe(sha256(bodyOf(mail)));
    expect(fieldsOf(head)).toEqual([...new Set([...ownFields, ...contentFields])].sort());
    expect(head).toMatch(/^From: Device <notifications@example\.com>\r$/m);
    expect(head).toMatch(/^Reply-To: Device <device@example\.org>\r$/m);
    expect(head).toContain(`\r\nTo: ${rcptTo}\r\n`);
  }
  for (const part of result.parts) {
    expect(part.fate).toBe('kept');
    expect(part.blobKey).toBeUndefined();
    expect(await pipeline?.platform.files.head(`files/${part.mailId}/${part.path}`)).toBeUndefined();
  }
  const emails = await pipeline?.records.emails.ofGroup(result.entry.mailId);
  expect(emails?.map(({ intact }) => intact)).toEqual([true, true]);
  return result;
}

describe('signed mail on a route whose recipients do not stand in the body', () => {
  it.each([
    ['S/MIME', 'signed-smime', []],
    ['PGP/MIME', 'signed-pgp', []],
    ['inline PGP', 'signed-pgp-inline', ['content-transfer-encoding']],
    ['opaque S/MIME', 'opaque-smime', ['content-transfer-encoding', 'content-disposition']],
  ])('C21 %s goes on with its body unchanged, under a new header', async (_what, name, contentFields) => {
    const { parts, entry } = await expectIntact(sampleMail(name), fixedRoute, contentFields);
    for (const { reason } of parts) expect(reason).toBe('part of a signed mail, which is sent on whole');
    expect(entry.warnings).toContain(`sent on whole: ${name.startsWith('opaque') ? 'opaque' : 'signed'}`);
  });

  it('C21 has no link, and no file of it is stored', async () => {
    const { sent, parts } = await expectIntact(sampleMail('signed-smime'), fixedRoute, []);
    expect(parts.map(({ fileName }) => fileName)).toEqual(['readings.csv', 'smime.p7s']);
    for (const { raw } of sent) expect(raw).not.toMatch(/\/f\/|lm-card/);
  });

  it('C21 deletes a file that came by before it was known that the mail goes whole', async () => {
    const mail = latin1(
      [
        'From: Device <device@example.org>\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n',
        `--m\r\n${filePart('application/pdf', Buffer.alloc(200_000, 3))}\r\n`,
        `--m\r\nContent-Type: text/plain\r\n\r\n${bodyOf(sampleMail('signed-pgp-inline')).toString('latin1')}\r\n--m--\r\n`,
      ].join(''),
    );
    const { parts } = await expectIntact(mail, fixedRoute, []);
    expect(parts).toHaveLength(1);
  });

  it('C21 is stored once for all its recipients', async () => {
    const to = Array.from({ length: 40 }, (_, index) => `r${index}@example.com`);
    const mail = sampleMail('signed-smime');
    const { sent, entry, pipeline: own } = await runMail(mail, { recipients: { from: 'fixed', to } });
    pipeline = own;
    expect(sent).toHaveLength(40);
    for (const { body } of sent) expect(sha256(latin1(body))).toBe(sha256(bodyOf(mail)));
    const emails = await own.records.emails.ofGroup(entry.mailId);
    expect(new Set(emails.map(({ mimeBodyKey }) => mimeBodyKey))).toEqual(new Set([`mime/${entry.mailId}`]));
    const heads = await Promise.all(emails.map(({ mimeKey }) => own.platform.files.head(mimeKey)));
    for (const head of heads) expect(head?.sizeBytes).toBeLessThan(2000);
  });

  it('C21 sends nothing of a message whose body is no longer stored, and keeps its job', async () => {
    const own = await openPipeline([fixedRoute]);
    pipeline = own;
    own.sender.faults.push(...[1, 2].map(() => new TransientMailError('ERR_SEND_TEMPORARY', 'not now')));
    await own.arrive(sampleMail('signed-smime'));
    await own.drain();
    const [entry] = await own.records.ledger.list({ limit: 1 });
    await own.platform.files.delete(`mime/${entry?.mailId}`);
    for (const { openMime } of own.sender.attempts) {
      await expect(openMime()).rejects.toMatchObject({ code: 'ERR_SOURCE_GONE' });
    }
  });

  it('C21 is taken apart where the route says so', async () => {
    const { sent, parts } = await run(sampleMail('signed-smime'), { ...fixedRoute, signed: 'unwrap' });
    expect(parts.map(({ fate }) => fate)).toEqual(['offloaded', 'offloaded']);
    expect(sent[0]?.text).toContain('[This mail was signed by its sender.');
  });

  it('F13 copies no field that vouches for the original, and none twice', async () => {
    const trap = [
      'DKIM-Signature: v=1; d=example.org; s=x; h=from; bh=x; b=x',
      'Return-Path: <device@example.org>',
      'Received: from x by y; Mon, 02 Mar 2026 10:15:29 +0100',
      'ARC-Seal: i=1; a=rsa-sha256; cv=none; d=example.org; s=x; b=x',
      'Authentication-Results: example.org; dkim=pass',
      'Auto-Submitted: auto-generated',
      'Sender: evil@z.example',
      'Content-Type: text/html',
      'Bcc: evil@z.example',
    ].join('\r\n');
    const mail = sampleMail('signed-smime').toString('latin1');
    const behind = mail.replace('\r\n\r\n', `\r\n${trap}\r\n\r\n`);
    const { sent } = await expectIntact(latin1(behind), fixedRoute, []);
    expect(sent[0]?.head).not.toMatch(/evil|dkim|received|text\/html/i);
  });

  it('F10 refuses a content type that a header line cannot hold', async () => {
    const boundary = `${'b'.repeat(60)}`;
    const mail = latin1(
      `From: d@example.org\r\nContent-Type: multipart/signed; boundary=${boundary}; x="${'y'.repeat(1200)}"\r\n\r\n--${boundary}\r\n\r\nhi\r\n--${boundary}--\r\n`,
    );
    const { entry, sent } = await run(mail, fixedRoute);
    expect(entry).toMatchObject({ state: 'parked', code: 'ERR_HEADER_INJECTION' });
    expect(sent).toEqual([]);
  });

  it('C21 keeps a boundary with spaces and a type that is not ASCII readable', async () => {
    const mail = latin1(
      [
        'From: Device <device@example.org>\r\nSubject: s\r\nContent-Type: multipart/signed;\r\n',
        '\tprotocol="application/pgp-signature";  boundary="a  b"; x-note="\xfc"\r\n\r\n',
        '--a  b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--a  b\r\nContent-Type: application/pgp-signature\r\n\r\nsig\r\n--a  b--\r\n',
      ].join(''),
    );
    const { sent } = await expectIntact(mail, fixedRoute, []);
    expect(sent[0]?.head).toMatch(/boundary="a {2}b"/);
    expect(sent[0]?.text).toBe('hi\n');
    expect(sent[0]?.parts).toHaveLength(1);
  });

  it('F9 refuses what would be larger than 40 MB', async () => {
    const signed = 'Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n';
    const head = `From: d@example.org\r\n${signed}Content-Type: application/x-data\r\n\r\n`;
    const mail = Buffer.concat([latin1(head), Buffer.alloc(40_000_000, 'x\r\n'), latin1('\r\n--s--\r\n')]);
    const { entry, sent } = await run(mail, fixedRoute);
    expect(entry).toMatchObject({ state: 'parked', code: 'ERR_TOO_LARGE' });
    expect(sent).toEqual([]);
  });
});

describe('signed mail on a route that reads its recipients from the body', () => {
  it.each([
    ['S/MIME', 'signed-smime', 'The readings of today are below.'],
    ['PGP/MIME', 'signed-pgp', 'The readings of today are below.'],
    ['inline PGP', 'signed-pgp-inline', 'The readings of today: 4.2 bar.\n- all valves closed\n'],
  ])('C21 %s loses its signature, with a note that says so', async (_what, name, text) => {
    const { entry, sent, parts } = await run(sampleMail(name));
    expect(entry).toMatchObject({ state: 'relayed', recipientCount: 2 });
    expect(entry.warnings).toContain('signature taken off');
    const linked = parts.filter(({ reason }) => reason === 'an attachment');
    expect(linked.map(({ fileName }) => fileName)).toEqual(name.endsWith('inline') ? [] : ['readings.csv']);
    for (const mail of sent) {
      expect(mail.text).toContain(text);
      expect(mail.text).toContain('[This mail was signed by its sender. The signature was taken off,');
      expect(mail.html).toMatch(/<p role="note"[^>]*>This mail was signed by its sender\./);
      expect(mail.raw).not.toMatch(/Rxers|PGP SIGN|pkcs7|multipart\/signed/);
      expect(new Set(mail.text.match(/\/f\/[\w-]{32}/g)).size).toBe(linked.length);
    }
    const signature = parts.find(({ reason }) => reason.startsWith('a signature that no longer fits'));
    expect(signature?.fate ?? 'offloaded').toBe('offloaded');
    if (signature !== undefined) {
      const { mailId, path } = signature;
      expect(await pipeline?.platform.files.head(`files/${mailId}/${path}`)).toBeDefined();
    }
  });
});

describe('protected headers', () => {
  const part =
    'Content-Type: text/rfc822-headers; protected-headers="v1"\r\nContent-Disposition: inline\r\n\r\nSubject: true';
  const mail = [
    'From: Device <device@example.org>\r\nSubject: s\r\nContent-Type: multipart/signed; boundary=s\r\n\r\n',
    '--s\r\nContent-Type: multipart/mixed; boundary=m; protected-headers="v1"\r\nSubject: true\r\n\r\n',
    `--m\r\n${part}\r\n--m\r\nContent-Type: text/plain\r\n\r\n:Email_Rxers_Code:a@example.com:Email_Rxers_Code:\r\n--m--\r\n`,
    '--s\r\nContent-Type: application/pgp-signature\r\n\r\nsig\r\n--s--\r\n',
  ].join('');

  it('C21 go without a link when the signature over them is taken off', async () => {
    const { parts, sent } = await run(mail);
    expect(parts.map(({ fate, reason }) => `${fate}: ${reason}`)).toEqual([
      'offloaded: a copy of the header inside a signature that was taken off',
      'offloaded: a signature that no longer fits: the mail was changed',
    ]);
    expect(sent[0]?.text).not.toContain('/f/');
  });

  it('C21 stay with the mail that goes whole', async () => {
    await expectIntact(latin1(mail), fixedRoute, []);
  });
});

describe('encrypted mail', () => {
  const names = ['encrypted-smime', 'encrypted-pgp', 'encrypted-pgp-inline'] as const;
  const contentFields = {
    'encrypted-smime': ['content-transfer-encoding', 'content-disposition'],
    'encrypted-pgp': [],
    'encrypted-pgp-inline': [],
  };

  it.each(names)('C22 %s is sent on whole where its recipients are known', async (name) => {
    const { parts } = await expectIntact(sampleMail(name), { ...fixedRoute, signed: 'unwrap' }, contentFields[name]);
    for (const { reason } of parts) expect(reason).toBe('part of an encrypted mail, which is sent on whole');
  });

  it.each([...names, 'opaque-smime'])('C22 %s is parked where they would stand in its body', async (name) => {
    const { entry, sent } = await run(sampleMail(name));
    expect(entry).toMatchObject({ state: 'parked', code: 'ERR_ENCRYPTED' });
    expect(sent).toEqual([]);
    expect(await pipeline?.platform.raw.head(entry.rawKey)).toBeDefined();
    expect(await pipeline?.stores.readNotices('fallback', 10)).toHaveLength(1);
  });
});

describe('mail that goes whole, run again', () => {
  it('A13 is not put together from two mails when the raw one was replaced', async () => {
    const { pipeline: own, entry } = await runMail(sampleMail('no-marker'));
    pipeline = own;
    expect(entry.state).toBe('parked');
    const { storeIntactBody } = await import('../../shared/inbound/intact-message.ts');
    await own.platform.raw.put(entry.rawKey, Buffer.from('From: x@y.example\r\n\r\nanother'));
    const root = { contentType: 'text/plain', typeParameters: {}, bodyStart: 10, bodyEnd: 20 };
    const stored = storeIntactBody(own.platform, entry, root, { key: 'mime/m1', options: {} });
    await expect(stored).rejects.toMatchObject({ code: 'ERR_SOURCE_GONE' });
    expect(await own.platform.files.head('mime/m1')).toBeUndefined();
  });
});
