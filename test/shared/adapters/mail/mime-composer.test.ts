import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { createMimeComposer } from '../../../../shared/adapters/mail/mime-composer.ts';
import { cleanBody, cleanHeaderText } from '../../../../shared/mail/compose/clean-text.ts';
import { composition, reportFile, without } from './mime-composer-sample.ts';

const { compose } = createMimeComposer();
const rawOf = (...args: Parameters<typeof composition>) =>
  Buffer.from(compose(composition(...args))).toString('latin1');
const png = Uint8Array.from({ length: 5000 }, (_, n) => (n * 31) % 256);

/** A body as written: postal-mime ends even the empty last line of a quoted-printable part with a line end. */
const bodyOf = (body: string | undefined) => cleanBody(body ?? '');

/** RFC 5322 §2.1: CRLF only, 7-bit, lines of at most 998, and nothing over 78 without need. */
function expectWellFormed(raw: string): void {
  expect(raw).toMatch(/^[\x09\x20-\x7e\r\n]*$/);
  expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(raw.endsWith('\r\n')).toBe(true);
  expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
}

describe('mime composer', () => {
  it('gives the same bytes for the same composition, with a date and ids of its own making', () => {
    const raw = rawOf();
    expect(rawOf()).toBe(raw);
    expect(raw).toContain('\r\nMessage-ID: <abcdef0123456789@example.com>\r\n');
    expect(raw).toMatch(/^Date: Sun, 22 Nov 2026 20:00:00 \+0000\r\n/);
  });

  it('writes each field once', () => {
    const raw = rawOf({
      replyTo: [{ address: 'device@y.example' }],
      inReplyTo: '<b@x>',
      references: ['<a@x>', '<b@x>'],
    });
    const names = (raw.split('\r\n\r\n')[0] ?? '').match(/^[A-Za-z-]+(?=:)/gm) ?? [];
    expect(names.toSorted()).toEqual(
      [
        'Auto-Submitted',
        'Content-Type',
        'Date',
        'From',
        'In-Reply-To',
        'MIME-Version',
        'Message-ID',
        'References',
        'Reply-To',
        'Subject',
        'To',
        'X-Lightermail-Hop',
      ].toSorted(),
    );
    expect(raw).toContain('\r\nAuto-Submitted: auto-generated\r\n');
  });

  it('F14 sends from the identity and lets answers go to the original sender', async () => {
    const mail = await PostalMime.parse(
      compose(
        composition({
          from: { address: 'notifications@example.com', name: 'Ädä, "Q" 📈' },
          replyTo: [{ address: 'ada@y.example', name: 'Ada' }],
        }),
      ),
    );
    expect(mail.from).toEqual({ address: 'notifications@example.com', name: 'Ädä, "Q" 📈' });
    expect(mail.replyTo).toEqual([{ address: 'ada@y.example', name: 'Ada' }]);
    expect(mail.to).toEqual([{ address: 'reader@x.example', name: '' }]);
  });

  it.each([
    'Figures 📈 für Straße',
    'שלום עולם',
    'x'.repeat(1000),
    'long words of it '.repeat(60).trim(),
    '=?utf-8?B?DQpCY2M6IHg=?=',
    '',
    '日本語'.repeat(100),
  ])('is read back with the subject %j by two parsers', async (subject) => {
    const bytes = compose(composition({ subject }));
    expect((await PostalMime.parse(bytes)).subject ?? '').toBe(subject);
    expect((await simpleParser(Buffer.from(bytes))).subject ?? '').toBe(subject);
    expectWellFormed(Buffer.from(bytes).toString('latin1'));
  });

  it('F12 property: any subject, name and body is read back equal, in 7-bit lines ended by CRLF', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    const body = fc.string({
      unit: fc.constantFrom('a', ' ', '\n', '\r\n', '.', '--', 'é', '=', 'From ', '📈', '\t', 'word '),
      maxLength: 400,
    });
    await fc.assert(
      fc.asyncProperty(text, text, body, async (subject, name, written) => {
        const bytes = compose(
          composition({
            subject,
            from: { address: 'n@example.com', name },
            text: `x${written}`,
            html: `<p>y${written}`,
            files: [],
          }),
        );
        expectWellFormed(Buffer.from(bytes).toString('latin1'));
        const mail = await PostalMime.parse(bytes);
        expect(mail.subject ?? '').toBe(cleanHeaderText(subject));
        expect(mail.from?.name ?? '').toBe(cleanHeaderText(name));
        expect(bodyOf(mail.text)).toBe(cleanBody(`x${written}`));
        expect(bodyOf(mail.html)).toBe(cleanBody(`<p>y${written}`));
      }),
      { numRuns: 300 },
    );
  });

  it('makes HTML from a text, in which markup stays text, and puts the card below both', async () => {
    const mail = await PostalMime.parse(compose(composition({ text: 'a <script>alert(1)</script> b\n\n  c' })));
    expect(mail.html).not.toContain('<script');
    expect(mail.html).toContain('a &#60;script&#62;alert(1)&#60;/script&#62; b<br>');
    expect(mail.text).toMatch(/^a <script>alert\(1\)<\/script> b\n\n {2}c\n\n-{72}\n1 file to download:/);
    for (const body of [mail.text, mail.html]) expect(body).toContain(reportFile.url);
    expect(mail.html).toMatch(/<a [^>]*ses:no-track/);
  });

  it('makes text from HTML, and puts the card on top inside the body', async () => {
    const html = '<html><body><p>Read <a href="https://x.example/">this</a></p></body></html>';
    const mail = await PostalMime.parse(compose(without('text', { html, card: 'top' })));
    expect(bodyOf(mail.text)).toMatch(/^1 file to download:[\s\S]*-{72}\n\nRead this <https:\/\/x\.example\/>\n$/);
    expect(mail.html).toMatch(/^<html><body>\n<div role="region"[\s\S]*<\/div>\n<p>Read/);
  });

  it('says that a mail without a body had none', async () => {
    const mail = await PostalMime.parse(compose(without('text')));
    expect(mail.text).toMatch(/^This mail has no text\.\n/);
    expect(mail.html).toContain('This mail has no text.');
    expect(mail.html).toContain('report.pdf</a>');
  });

  it('has no card without files', async () => {
    const mail = await PostalMime.parse(compose(composition({ files: [] })));
    expect(bodyOf(mail.text)).toBe('Hello.\n');
    expect(mail.html).not.toMatch(/region|lm-card/);
  });

  it('keeps parts that the HTML refers to, byte for byte, beside the alternatives', async () => {
    const inline = [
      { contentId: 'chart@x', contentType: 'image/png', fileName: 'Straße "7";.png', content: png },
      { contentId: 'b', contentType: 'multipart/mixed; boundary=x', content: new Uint8Array() },
    ];
    const bytes = compose(composition({ html: '<img src="cid:chart@x">', inline }));
    const raw = Buffer.from(bytes).toString('latin1');
    expectWellFormed(raw);
    expect(raw.match(/^Content-Type: [a-z]+\/[a-z-]+/gm)).toEqual([
      'Content-Type: multipart/related',
      'Content-Type: multipart/alternative',
      'Content-Type: text/plain',
      'Content-Type: text/html',
      'Content-Type: image/png',
      'Content-Type: application/octet-stream',
    ]);
    const [first, second] = (await PostalMime.parse(bytes)).attachments;
    expect(first).toMatchObject({
      contentId: '<chart@x>',
      disposition: 'inline',
      filename: 'Straße "7";.png',
      mimeType: 'image/png',
    });
    expect(new Uint8Array(first?.content as ArrayBuffer)).toEqual(png);
    expect(second?.filename ?? null).toBeNull();
    const other = (await simpleParser(Buffer.from(bytes), { skipImageLinks: true })).attachments[0];
    expect(other?.filename).toBe('Straße "7";.png');
    expect(new Uint8Array(other?.content ?? [])).toEqual(png);
  });

  it.each(['attachment-1.png', 'inline attachment.png', 'x'])('writes the image %s once', async (fileName) => {
    const inline = [1, 2].map((n) => ({
      ...{ contentId: `c${n}@x`, contentType: 'image/png', fileName },
      content: Uint8Array.of(n),
    }));
    const mail = await PostalMime.parse(compose(composition({ html: '<p>', inline })));
    expect(mail.attachments.map(({ contentId }) => contentId)).toEqual(['<c1@x>', '<c2@x>']);
  });

  it('finds another boundary when a body holds the one it would take', async () => {
    const stem = /boundary=alternative-([0-9a-f]+)/.exec(rawOf())?.[1] ?? '';
    const text = `--alternative-${stem}\nContent-Type: text/html\n\n<b>no</b>\n--alternative-${stem}--`;
    const bytes = compose(composition({ text, files: [] }));
    expect(bodyOf((await PostalMime.parse(bytes)).text)).toBe(`${text}\n`);
    expect(Buffer.from(bytes).toString()).not.toContain(`boundary=alternative-${stem}`);
  });

  it('writes the last 20 references', async () => {
    const references = Array.from({ length: 300 }, (_, n) => `<reference-number-${n}@mail.example>`);
    const mail = await simpleParser(
      Buffer.from(compose(composition({ references, inReplyTo: '<reference-number-299@mail.example>' }))),
    );
    expect(mail.references).toEqual(references.slice(-20));
    expect(mail.inReplyTo).toBe('<reference-number-299@mail.example>');
  });

  it('composes 2 MB of text in good time', () => {
    const began = performance.now();
    compose(composition({ text: 'A line of text with an é in it, again and again.\n'.repeat(40_000) }));
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
