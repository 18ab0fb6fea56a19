import { describe, expect, it } from 'vitest';
import type { CardFile } from '../../../../shared/mail/link-card/card-file.ts';
import { expiryText } from '../../../../shared/mail/link-card/expiry-text.ts';
import { humanSize } from '../../../../shared/mail/link-card/human-size.ts';
import { linkCardHtml } from '../../../../shared/mail/link-card/link-card-html.ts';
import { linkCardText } from '../../../../shared/mail/link-card/link-card-text.ts';

const report: CardFile = {
  fileName: 'report.pdf',
  sizeBytes: 3_214_567,
  url: 'https://links.example.com/f/abc?x=1&y=2',
  expiresAt: new Date('2026-11-24T08:15:42Z'),
};
const bottom = { position: 'bottom' } as const;

describe('humanSize', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [1500, '1.5 kB'],
    [38_400, '38 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [9_960_000, '10 MB'],
    [3_214_567, '3.2 MB'],
    [5_000_000_000_000_000, '5000 TB'],
  ])('%d is %s', (sizeBytes, text) => {
    expect(humanSize(sizeBytes)).toBe(text);
  });
});

describe('expiryText', () => {
  it('writes the date out, in UTC', () => {
    expect(expiryText(new Date('2026-01-02T23:05:59+02:00'))).toBe('until 2 January 2026, 21:05 UTC');
  });
});

describe('linkCardText', () => {
  it('gives name, size, expiry and the link alone on its line', () => {
    expect(linkCardText([report], bottom)).toBe(
      `\n${'-'.repeat(72)}\n1 file to download:\n\nreport.pdf\n3.2 MB, until 24 November 2026, 08:15 UTC\n${report.url}\n\n`,
    );
  });

  it('keeps everything but links within 72 columns', () => {
    const files = [
      { ...report, fileName: `${'very long words '.repeat(20)}.pdf` },
      { ...report, fileName: 'x'.repeat(500) },
    ];
    for (const line of linkCardText(files, bottom).split('\n')) {
      if (!line.startsWith('https:')) expect(line.length).toBeLessThanOrEqual(72);
    }
  });

  it('is empty without files', () => {
    expect(linkCardText([], bottom)).toBe('');
  });

  it('refuses a link that is not http(s), or that breaks its line', () => {
    for (const url of ['javascript:alert(1)', 'https://x.example/\nhttps://y.example', 'https://x.example/a b', '']) {
      expect(() => linkCardText([{ ...report, url }], bottom)).toThrow(
        expect.objectContaining({ code: 'ERR_SETTING' }),
      );
    }
  });

  it('D2 shows a name without line ends and direction overrides', () => {
    const text = linkCardText([{ ...report, fileName: 'in\u202evoice\r\nhttps://evil.example/ .pdf' }], bottom);
    expect(text).toContain('\ninvoice https://evil.example/ .pdf\n');
  });
});

describe('linkCardHtml', () => {
  it('escapes names and links', () => {
    const html = linkCardHtml([{ ...report, fileName: '"><img src=x onerror=alert(1)>.pdf' }], bottom);
    expect(html).not.toContain('<img');
    expect(html).toContain('&#34;&#62;&#60;img src=x onerror=alert(1)&#62;.pdf</a>');
    expect(html).toContain('href="https://links.example.com/f/abc?x=1&#38;y=2"');
  });

  it('exempts each link from tracking and uses the name as its text', () => {
    const html = linkCardHtml([report, { ...report, fileName: 'b.zip' }], bottom);
    const links = html.match(/<a [^>]*>/g) ?? [];
    expect(links).toHaveLength(2);
    for (const link of links) expect(link).toMatch(/ ses:no-track href="/);
    expect(html).toContain('>b.zip</a>');
  });

  it('holds no image, script or address to fetch, and knows the dark', () => {
    const html = linkCardHtml([report], bottom).replaceAll(/<a [^>]*>/g, '');
    expect(html).not.toMatch(/<img|<script|url\(|https?:|src=/i);
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html).toContain('role="region" aria-label="1 file to download"');
  });

  it('is empty without files', () => {
    expect(linkCardHtml([], bottom)).toBe('');
  });
});
