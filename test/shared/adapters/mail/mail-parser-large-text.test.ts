import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createMimeParser, type MimeParserOptions } from '../../../../shared/adapters/mail/mail-parser.ts';
import type { PartHead } from '../../../../shared/contracts/parsed-mail.ts';

const from = 'From: a@x.example\r\n';

async function parse(mail: string, options: Partial<MimeParserOptions> = {}) {
  const files: { part: PartHead; text: string }[] = [];
  const parser = createMimeParser({ maxMailBytes: 50_000_000, ...options });
  const parsed = await parser.parse(Readable.from([Buffer.from(mail)]), {
    onHead() {},
    async onFile(part, content) {
      files.push({ part, text: Buffer.concat(await content.toArray()).toString() });
    },
  });
  return { parsed, files, warnings: parsed.warnings.map(({ path, warning }) => `${path}:${warning}`) };
}

describe('createMimeParser, large texts', () => {
  it('C9 reads a text that is too large for the main thread as it reads a small one', async () => {
    const small = 'naïve ☕ a@x.example \r\n';
    const mail = (text: string) => `${from}Content-Type: text/plain; charset=utf-8\r\n\r\n${text}`;
    const once = (await parse(mail(small))).parsed.text ?? '';
    const { parsed, files, warnings } = await parse(mail(small.repeat(20_000)));
    expect(parsed.text === once.repeat(20_000)).toBe(true);
    expect([files, warnings]).toEqual([[], []]);
  });

  it('reads several large texts one after the other, and several mails at the same time', async () => {
    const html = '<p>x</p>\r\n'.repeat(10_000);
    const part = `--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n`;
    const mail = `${from}Content-Type: multipart/mixed; boundary=b\r\n\r\n${part.repeat(3)}--b--\r\n`;
    const parser = createMimeParser({ maxMailBytes: 50_000_000 });
    const handlers = { onHead() {}, async onFile() {} };
    const all = await Promise.all([1, 2, 3].map(() => parser.parse(Readable.from([Buffer.from(mail)]), handlers)));
    expect(all.map(({ html: read }) => read?.match(/<p>/g)?.length)).toEqual([30_000, 30_000, 30_000]);
  });

  it('C8 decodes a header that is too large for the main thread', async () => {
    const words = ' =?utf-8?Q?=C3=A9?=\r\n'.repeat(5000);
    const { parsed } = await parse(`${from}Subject:${words}\r\nbody`);
    expect(parsed.head.subject).toBe('é'.repeat(5000));
    expect(parsed.text).toBe('body');
  });

  it('C10 gives a body part beyond the limit as a file, with every byte, and says so', async () => {
    const log = 'line of a log\r\n'.repeat(10_000);
    const { parsed, files, warnings } = await parse(`${from}\r\n${log}`, { maxTextBytes: 100_000 });
    expect(files.map(({ part, text }) => [part.path, part.contentType, text === log])).toEqual([
      ['1', 'text/plain', true],
    ]);
    expect([parsed.text, warnings]).toEqual([undefined, ['1:text-as-file']]);
  });

  it('C10 keeps the parts that fit when another does not', async () => {
    const part = (type: string, text: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`;
    const mail = `${from}Content-Type: multipart/mixed; boundary=b\r\n\r\n${part('text/plain', 'first')}${part('text/html', '<p>\r\n'.repeat(50_000))}${part('text/plain', 'last')}--b--\r\n`;
    const { parsed, files, warnings } = await parse(mail, { maxTextBytes: 1000 });
    expect([parsed.text, files.length, warnings]).toEqual(['first\nlast', 1, ['2:text-as-file']]);
  });

  it('B20 refuses a text that its worker has no time for, and reads the next mail', async () => {
    const parser = createMimeParser({ maxMailBytes: 50_000_000, task: { taskMs: 1 } });
    const handlers = { onHead() {}, async onFile() {} };
    const read = (text: string) => parser.parse(Readable.from([Buffer.from(`${from}\r\n${text}`)]), handlers);
    await expect(read('x'.repeat(5_000_000))).rejects.toMatchObject({ code: 'ERR_PARSE_RESOURCE', status: '5.3.4' });
    expect((await read('small')).text).toBe('small');
  });
});
