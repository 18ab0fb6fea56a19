import { describe, expect, it } from 'vitest';
import { parseMail } from '../../../fixtures/mail/parse-mail.ts';

const from = 'From: Sensor <sensor@device.example>\r\n';
const mixed = `${from}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b1"\r\n\r\n`;

function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

describe('createMimeParser, bodies', () => {
  it('reads the transcript of a device: no blank line before the file, no dashes at the end', async () => {
    const mail =
      'Subject:This is a test\r\nFrom:sensor@device.example\r\nTo:capture@in.example.com\r\nMIME-Version: 1.0\r\n' +
      'Content-Type: multipart/mixed; boundary="BOUNDARY"\r\n\r\n--BOUNDARY\r\nContent-Type: text/plain\r\n\r\nLine1: a body\r\n' +
      'Line2:Email_Rxers_Code:[a@x.example,b@y.example]:Email_Rxers_Code:\r\n\r\n--BOUNDARY\r\nContent-Type: application/octet-stream; name="content"\r\n' +
      'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="content"\r\nSGVsbG8sIHdvcmxkIQo=\r\n--BOUNDARY\r\n';
    for (const sizes of [[65536], [1]]) {
      const { mail: parsed, files, warnings } = await parseMail(mail, sizes);
      expect(parsed.text).toBe('Line1: a body\nLine2:Email_Rxers_Code:[a@x.example,b@y.example]:Email_Rxers_Code:\n');
      expect(files.map(({ part, bytes }) => [part.path, part.fileName, bytes.toString()])).toEqual([
        ['2', 'content', 'Hello, world!\n'],
      ]);
      expect(warnings).toEqual(['2:header-line-without-colon', ':boundary-unclosed']);
      expect(parsed.sizeBytes).toBe(mail.length);
    }
  });

  it('C15 reads a mail of one text part without Date, To and Message-ID', async () => {
    const { mail } = await parseMail('Subject: x\n\nhello\r\nworld\n');
    expect([mail.text, mail.html, mail.head.from, mail.head.messageIdField]).toEqual([
      'hello\nworld\n',
      undefined,
      [],
      undefined,
    ]);
  });

  it('reads alternatives apart, inside mixed, with a related image as a file', async () => {
    const mail =
      `${mixed}--b1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\n\r\nplain\r\n--b2\r\nContent-Type: multipart/related; boundary=b3\r\n\r\n` +
      '--b3\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--b3\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\n' +
      'Content-Transfer-Encoding: base64\r\n\r\nUE5H\r\n--b3--\r\n--b2--\r\n--b1\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: inline\r\n\r\nPDF\r\n--b1--\r\n';
    const { mail: parsed, files } = await parseMail(mail);
    expect([parsed.text, parsed.html]).toEqual(['plain', '<p>rich</p>']);
    expect(files.map(({ part, bytes }) => ({ ...part, bytes: bytes.toString() }))).toMatchObject([
      {
        path: '1.2.2',
        contentType: 'image/png',
        contentId: 'logo',
        disposition: 'inline',
        transferEncoding: 'base64',
        bytes: 'PNG',
      },
      {
        path: '2',
        contentType: 'application/pdf',
        fileName: 'a.pdf',
        disposition: 'inline',
        transferEncoding: '7bit',
        bytes: 'PDF',
      },
    ]);
  });

  it('C26 takes text that follows HTML into both forms, escaped', async () => {
    const mail = `${mixed}--b1\r\n\r\nfirst <b>\r\n--b1\r\nContent-Type: text/html\r\n\r\n<p>second</p>\r\n--b1\r\n\r\nthird\r\n--b1--`;
    const { mail: parsed } = await parseMail(mail);
    expect(parsed.text).toBe('first <b>\nthird');
    expect(parsed.html).toMatch(/first &#60;b&#62;.*<br>\n<p>second<\/p><br>\n.*third/s);
  });

  it('leaves a blank text out where there is HTML, so that nobody is shown an empty mail', async () => {
    const mail = `${mixed}--b1\r\n--b1\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--b1\r\n\r\n \r\n--b1--`;
    const { mail: parsed } = await parseMail(mail);
    expect([parsed.text, parsed.html]).toEqual([undefined, '<p>x</p>']);
  });

  it('C26 makes files of text that is an attachment, has a name, or is of another type', async () => {
    const part = (head: string) => `--b1\r\n${head}\r\n\r\nx\r\n`;
    const mail =
      mixed +
      part('Content-Type: text/plain\r\nContent-Disposition: attachment') +
      part('Content-Type: text/plain; name=log.txt') +
      part('Content-Type: text/html\r\nContent-Disposition: inline; filename=page.html') +
      part('Content-Type: text/calendar; method=REQUEST') +
      part('Content-Type: message/delivery-status') +
      part('Content-Type: text/plain\r\nContent-Disposition: x-odd') +
      '--b1--';
    const { mail: parsed, files } = await parseMail(mail);
    expect([parsed.text, parsed.html]).toEqual([undefined, undefined]);
    expect(files.map(({ part }) => part.path)).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('reads the only part as body although it has a name, and a lone PDF as a file', async () => {
    expect((await parseMail('Content-Type: text/plain; name=x.txt\n\nbody')).mail.text).toBe('body');
    const { mail, files } = await parseMail(
      'Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nUERG\n',
    );
    expect([mail.text, mail.html, files[0]?.bytes.toString(), files[0]?.part.path]).toEqual([
      undefined,
      undefined,
      'PDF',
      '1',
    ]);
  });

  it('C2 reads the parts of a mail whose boundary lacks the semicolon before it', async () => {
    const mail = `${from}Content-Type: multipart/mixed\r\n\tboundary="b1"\r\n\r\n--b1\r\n\r\nhello\r\n--b1--\r\n`;
    expect((await parseMail(mail)).mail.text).toBe('hello');
  });

  it('C26 shows a body under a disposition that is no word', async () => {
    const html = 'Content-Type: text/html\r\nContent-Disposition: =?utf-8?Q?odd?=\r\n\r\n<p>x</p>';
    expect((await parseMail(html)).mail.html).toBe('<p>x</p>');
  });

  it('C33 joins soft line breaks and flowed lines', async () => {
    const quoted =
      'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n:Email_Rxers=\r\n_Code:a=40x.example';
    expect((await parseMail(quoted)).mail.text).toBe(':Email_Rxers_Code:a@x.example');
    const flowed = 'Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\na@x.exam \r\nple\r\nnext';
    expect((await parseMail(flowed)).mail.text).toBe('a@x.example\nnext');
  });

  it.each([
    ['iso-8859-1', 'caf\u00e9', 'café', []],
    ['utf-8', utf8('café ☕'), 'café ☕', []],
    ['iso-2022-jp', '\x1b$B$3$s\x1b(B', 'こん', []],
    ['gb18030', '\u00c4\u00e3', '你', []],
    ['big5', '\u00a7A', '你', []],
    ['ks_c_5601-1987', '\u00b3\u00ca', '너', []],
    ['utf-16le', 'h\0i\0', 'hi', ['1:nul-byte']],
    ['us-ascii', 'caf\u00e9', 'café', ['1:charset-unknown']],
    ['x-nope', 'caf\u00e9 \u0093', 'café “', ['1:charset-unknown']],
    ['x-nope', utf8('café'), 'café', ['1:charset-unknown']],
    ['iso-2022-jp', 'caf\u00e9', 'caf\ufffd', ['1:charset-unknown']],
    ['iso-2022-jp', utf8('こん'), 'こん', ['1:charset-unknown']],
    ['utf-7', '+ADw-script+AD4-', '+ADw-script+AD4-', ['1:charset-unknown']],
    ['"a; b"', 'x', 'x', ['1:charset-unknown']],
  ])('C16 decodes %s, or marks what it cannot', async (charset, body, text, expected) => {
    const { mail, warnings } = await parseMail(`Content-Type: text/plain; charset=${charset}\r\n\r\n${body}`);
    expect([mail.text, warnings]).toEqual([text, expected]);
  });

  it('C16 reads text without a charset as UTF-8 when it is, else as windows-1252', async () => {
    expect((await parseMail(`Subject: x\n\n${utf8('naïve')}`)).mail.text).toBe('naïve');
    expect((await parseMail('Subject: x\n\nna\u00efve \u0093')).mail.text).toBe('naïve “');
  });

  it('C17 keeps NUL and other controls out of the text', async () => {
    expect((await parseMail('Subject: x\r\n\r\na\0b\x07\tc\r\n')).mail.text).toBe('ab\tc\n');
  });

  it('C4 marks a base64 body without its padding, C5 a part that is damaged', async () => {
    const part = '--b1\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n';
    const short = await parseMail('Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG\r\n');
    expect([short.warnings, short.files[0]?.bytes.toString()]).toEqual([['1:part-truncated'], 'Hell']);
    const damaged = await parseMail(`${mixed}${part}SG!!VsbG8=\r\n--b1--`);
    expect([damaged.warnings, damaged.files[0]?.bytes.toString()]).toEqual([['1:base64-damaged'], 'Hello']);
  });

  it('C5 keeps a footer that was added behind a base64 text, as it was written', async () => {
    const mail = 'Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8K\r\nSGVsbG8=\r\n\r\n-- \r\nThe list\r\n';
    const { mail: parsed, warnings } = await parseMail(mail);
    expect([parsed.text, warnings]).toEqual(['Hello\nHello\n-- \nThe list\n', ['1:base64-damaged']]);
  });

  it('C5 gives a text that is labelled as base64 and is none as it stands, or refuses it', async () => {
    const head = 'Content-Transfer-Encoding: base64\r\n\r\n';
    const { mail, warnings } = await parseMail(`${head}Dear all, please read.\r\nThanks\r\n`);
    expect([mail.text, warnings]).toEqual(['Dear all, please read.\nThanks\n', ['1:base64-damaged']]);
    const late = parseMail(`${head}Hello,\r\nplease read this today.\r\n`);
    await expect(late).rejects.toMatchObject({ code: 'ERR_NOT_CONSERVED' });
  });

  it('C1 settles on a root message/rfc822 that ends inside its headers', async () => {
    const { files } = await parseMail('Content-Type: message/rfc822\nContent-Disposition: inline\n\nSubject: x');
    expect(files.map(({ part, bytes }) => [part.contentType, bytes.toString()])).toEqual([
      ['message/rfc822', 'Subject: x'],
    ]);
  });

  it('C7 gives a forwarded mail whole, whatever is nested in it', async () => {
    const nested = 'Content-Type: message/rfc822\r\n\r\n'.repeat(5000);
    const { files } = await parseMail(`${mixed}--b1\r\nContent-Type: message/rfc822\r\n\r\n${nested}\r\n--b1--`);
    expect(files.map(({ bytes }) => bytes.length)).toEqual([nested.length]);
  });

  it('C25 gives message/partial and message/external-body as files and fetches nothing', async () => {
    const part =
      '--b1\r\nContent-Type: message/external-body; access-type=URL; URL="http://127.0.0.1:1/"\r\n\r\nContent-Type: image/png\r\n\r\n\r\n';
    expect((await parseMail(`${mixed}${part}--b1--`)).files.map(({ part }) => part.contentType)).toEqual([
      'message/external-body',
    ]);
  });
});

describe('createMimeParser, file names', () => {
  const nameOf = async (disposition: string, type = 'application/pdf') => {
    const mail = `${mixed}--b1\r\nContent-Type: ${type}\r\nContent-Disposition: ${disposition}\r\n\r\nx\r\n--b1--`;
    return (await parseMail(mail)).files[0]?.part.fileName;
  };

  it.each([
    ['attachment; filename="plain.pdf"', 'plain.pdf'],
    ['attachment; filename="=?utf-8?Q?caf=C3=A9.pdf?="', 'café.pdf'],
    ['attachment; filename==?utf-8?B?Y2Fmw6kucGRm?=', 'café.pdf'],
    ["attachment; filename*=UTF-8''caf%C3%A9.pdf", 'café.pdf'],
    ["attachment; filename*=iso-8859-1'en'caf%E9.pdf", 'café.pdf'],
    ['attachment; filename*0*=UTF-8\'\'caf%C3%A9; filename*1=" menu.pdf"', 'café menu.pdf'],
    [`attachment; filename="${utf8('café.pdf')}"`, 'café.pdf'],
    ['attachment; filename="a\\"b;c.pdf"', 'a"b;c.pdf'],
    ['attachment; filename="../../etc/passwd"', '../../etc/passwd'],
    ['attachment filename="plain.pdf"', 'plain.pdf'],
    ['filename=plain.pdf', 'plain.pdf'],
    ['attachment; filename="caf\u00e9 \u0093.pdf"', 'café “.pdf'],
    ["attachment; filename*=iso-2022-jp'ja'caf%E9.pdf", 'caf\ufffd.pdf'],
    ['attachment', undefined],
  ])('D6 reads the name in %j', async (disposition, name) => {
    expect(await nameOf(disposition)).toBe(name);
  });

  it('D6 reads the name in a type without its semicolon', async () => {
    expect(await nameOf('attachment', 'application/pdf name="plain.pdf"')).toBe('plain.pdf');
  });

  it('C12 keeps CR, LF and NUL out of a name, encoded or not', async () => {
    expect(await nameOf('attachment; filename="=?utf-8?Q?a=0D=0ABcc:_x=00.pdf?="')).toBe('a Bcc: x.pdf');
    expect(await nameOf("attachment; filename*=utf-8''a%0D%0Ab%00.pdf")).toBe('a b.pdf');
  });

  it('C27 prefers the name of the disposition to that of the type, and takes the latter when alone', async () => {
    expect(await nameOf('attachment; filename=a.pdf', 'application/pdf; name=b.pdf')).toBe('a.pdf');
    expect(await nameOf('attachment', 'application/pdf; name="=?utf-8?Q?b=C3=A9.pdf?="')).toBe('bé.pdf');
  });
});
