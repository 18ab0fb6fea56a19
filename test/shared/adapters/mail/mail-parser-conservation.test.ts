import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createMimeParser } from '../../../../shared/adapters/mail/mail-parser.ts';
import { isRetryable, PermanentMailError } from '../../../../shared/errors/mail-error.ts';
import { parseMail } from '../../../fixtures/mail/parse-mail.ts';

const mixed = 'From: a@x.example\r\nContent-Type: multipart/mixed; boundary="b1"\r\n\r\n';
const base64 = 'Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n';

async function codeOf(mail: string): Promise<string> {
  return parseMail(mail).then(
    () => 'read',
    (error: unknown) => (error instanceof PermanentMailError ? error.code : String(error)),
  );
}

describe('createMimeParser, conservation', () => {
  it('C4 never gives a cut mail as complete: cut anywhere, it is refused or says so', async () => {
    const line = `${'QUJD'.repeat(19)}\r\n`;
    const whole = `${mixed}--b1\r\n\r\nhello there\r\n--b1\r\n${base64}${line.repeat(20)}QUI=\r\n--b1--\r\n`;
    expect((await parseMail(whole)).warnings).toEqual([]);
    const ends = new Map<string, number>();
    for (let at = 1; at < whole.length - 2; at += 1) {
      const end = await parseMail(whole.slice(0, at)).then(
        ({ warnings }) => (warnings.includes(':boundary-unclosed') ? 'read, marked' : `read, ${warnings}`),
        (error: PermanentMailError) => error.code,
      );
      ends.set(end, (ends.get(end) ?? 0) + 1);
      // A mail of header lines alone is a mail (RFC 5322 §3.5); a line of it that is cut is not silent.
      if (end === 'read, ') expect(whole.slice(0, at)).toBe('From: a@x.example\r\n');
    }
    expect(ends.get('ERR_TRUNCATED')).toBeGreaterThan(1500);
    // Between two lines nothing tells a cut from a sender who leaves the boundary out: these are marked.
    expect(ends.get('read, marked')).toBeLessThan(60);
  });

  it.each([
    [
      'ERR_NOT_CONSERVED',
      'C5 base64 that is none',
      `${mixed}--b1\r\n${base64}<!DOCTYPE html>{}{}{}{}!!!!\r\n--b1--\r\n`,
    ],
    [
      'ERR_NOT_CONSERVED',
      'C2 parts behind the close-delimiter',
      `${mixed}--b1\r\n\r\nA\r\n--b1--\r\n\r\n--b1\r\n\r\nB\r\n--b1--\r\n`,
    ],
    [
      'ERR_NOT_CONSERVED',
      'C18 two mails in one',
      `${mixed}--b1\r\n\r\nA\r\n--b1--\r\nFrom x\r\nSubject: next\r\n\r\n${'next mail\r\n'.repeat(200)}`,
    ],
    [
      'ERR_NOT_CONSERVED',
      'C10 soft line breaks only',
      `Content-Transfer-Encoding: quoted-printable\r\n\r\n${'=\r\n'.repeat(100)}`,
    ],
    ['ERR_TRUNCATED', 'C4 a header of a part that is cut', `${mixed}--b1\r\n\r\nA\r\n--b1\r\nContent-Type: image/png`],
    ['ERR_TRUNCATED', 'C4 base64 that is cut inside a group', `${mixed}--b1\r\n${base64}SGVsbG`],
    ['ERR_TRUNCATED', 'C4 base64 that is cut in a line', `${mixed}--b1\r\n${base64}SGVsbG8h`],
    ['ERR_TRUNCATED', 'C4 a single part that is cut inside a group', `${base64}SGVsbG`],
    ['ERR_BOUNDARY', 'C2 a boundary that is never seen', `${mixed}--b2\r\n\r\nA\r\n--b2--\r\n`],
    ['read', 'C3 a final boundary that is missing', `${mixed}--b1\r\n\r\nA\r\n`],
    ['read', 'C3 base64 with its padding and no final boundary', `${mixed}--b1\r\n${base64}SGVsbG8=`],
    ['read', 'C3 a final boundary twice', `${mixed}--b1\r\n\r\nA\r\n--b1--\r\n\r\n--b1--\r\n`],
    ['read', 'a body that is empty', 'Subject: x\r\n\r\n'],
    ['ERR_TRUNCATED', 'C4 a header that is cut in a line', 'From: a@x.example\r\nSubject: som'],
    ['read', 'a header alone', 'From: a@x.example\r\nSubject: some\r\n'],
    ['read', 'a body of controls', 'Subject: x\r\n\r\n\0\x07\r\n'],
    [
      'read',
      'a forwarded mail with the same boundary inside',
      `${mixed}--b1\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n\r\nA\r\n--in--\r\n--b1\r\nContent-Type: message/rfc822\r\n\r\n--in\r\n--in\r\n--b1--\r\n`,
    ],
  ])('ends with %s: %s', async (code, _what, mail) => {
    expect(await codeOf(mail)).toBe(code);
  });

  it('counts a first delimiter that follows the header without a blank line, however the mail is cut', async () => {
    const mail = 'Content-Type: multipart/mixed; boundary="b1"\r\n--b1\r\n\r\nA\r\n--b1--\r\n';
    for (const sizes of [[65536], [1], [3]]) expect((await parseMail(mail, sizes)).mail.text).toBe('A');
  });

  it('keeps parameters out whose name is none', async () => {
    const { files } = await parseMail(
      `${mixed}--b1\r\nContent-Type: image/png; a\tb=1; __proto__=2; name=x.png\r\n\r\nx\r\n--b1--\r\n`,
    );
    expect(Object.keys(files[0]?.part.typeParameters ?? {}).filter((name) => /[^!-~]/.test(name))).toEqual([]);
    expect(files[0]?.part.fileName).toBe('x.png');
  });

  it('names figures and no content in the error', async () => {
    const error = await parseMail(`${mixed}--b1\r\n${base64}<<secret>>((secret))\r\n--b1--\r\n`).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({
      code: 'ERR_NOT_CONSERVED',
      message: 'base64 part in which 12 of 20 characters are base64',
    });
  });
});

describe('createMimeParser, time', () => {
  const parser = createMimeParser({ maxMailBytes: 1_000_000, maxParseMs: 50 });
  const file = `${mixed}--b1\r\nContent-Type: image/png\r\n\r\nx\r\n--b1--\r\n`;
  const handlers = { onHead() {}, async onFile() {} };
  const never = new Promise<void>(() => {});

  it.each([
    ['a source that stalls', () => new Readable({ read() {} }), handlers],
    [
      'a handler of the head that never settles',
      () => Readable.from([Buffer.from(file)]),
      { ...handlers, onHead: () => never },
    ],
    [
      'a handler of a file that never settles',
      () => Readable.from([Buffer.from(file)]),
      { ...handlers, onFile: () => never },
    ],
  ])('B1 gives up on %s, so that it can be tried again', async (_what, source, given) => {
    const stream = source();
    const error: unknown = await parser.parse(stream, given).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'ERR_OUT_OF_TIME' });
    expect(isRetryable(error)).toBe(true);
    expect(stream.destroyed).toBe(true);
  });

  it('B1 fails the content of the file that it gave up on', async () => {
    let failure: unknown;
    await parser
      .parse(Readable.from(endless()), {
        onHead() {},
        async onFile(_part, content) {
          failure = await content.toArray().catch((caught: unknown) => caught);
          throw failure;
        },
      })
      .catch(() => {});
    await expect.poll(() => failure).toMatchObject({ code: 'ERR_OUT_OF_TIME' });
  });

  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${mixed}--b1\r\nContent-Type: image/png\r\n\r\n`);
    for (;;) {
      yield Buffer.from('x');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
});
