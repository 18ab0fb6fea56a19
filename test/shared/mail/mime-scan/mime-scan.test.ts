import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../shared/errors/mail-error.ts';
import { scanMail } from '../../../fixtures/mail/scan-mail.ts';

const root = 'From: a@x.example\r\nContent-Type: multipart/mixed; boundary="b1"\r\n\r\n';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof MailError ? error.code : String(error);
  }
  return 'no error';
}

describe('createMimeScan, the part tree', () => {
  it('C15 numbers a mail without multipart as part 1, with all of its bytes', () => {
    expect(scanMail('Subject: x\r\n\r\nhello\r\nthere\r\n').leaves).toEqual([
      { path: '1', contentType: 'text/plain', body: 'hello\r\nthere\r\n', cut: false },
    ]);
  });

  it('numbers nested parts as IMAP does and leaves preamble and epilogue out', () => {
    const mail =
      `${root}preamble\r\n--b1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\n\r\nA\r\n--b2\r\nContent-Type: text/html\r\n\r\nB\r\n` +
      '--b2--\r\nbetween\r\n--b1\r\nContent-Type: image/png\r\n\r\nC\r\n--b1--\r\nepilogue\r\n--b1\r\n\r\nD';
    expect(scanMail(mail).leaves.map(({ path, contentType, body }) => [path, contentType, body])).toEqual([
      ['1.1', 'text/plain', 'A'],
      ['1.2', 'text/html', 'B'],
      ['2', 'image/png', 'C'],
    ]);
  });

  it('C7 keeps message/rfc822 as one leaf, its own boundaries untouched', () => {
    const inner = 'Content-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n\r\nx\r\n--in--';
    const { leaves } = scanMail(`${root}--b1\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--b1--\r\n`);
    expect(leaves).toEqual([{ path: '1', contentType: 'message/rfc822', body: inner, cut: false }]);
  });

  it('assumes message/rfc822 inside multipart/digest (RFC 2046 §5.1.5)', () => {
    const mail = 'Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: x\n\ny\n--d--\n';
    expect(scanMail(mail).leaves).toEqual([
      { path: '1', contentType: 'message/rfc822', body: 'Subject: x\n\ny', cut: false },
    ]);
  });

  it('reports byte ranges that cut each leaf out of the source', () => {
    const mail = `${root}--b1\r\nContent-Type: text/plain\r\n\r\nfirst\r\n--b1\r\n\r\nsecond\r\n--b1--\r\n`;
    const ranges = scanMail(mail, [3]).events.flatMap((event) =>
      event.type === 'close' && !event.part.isMultipart ? [mail.slice(event.part.bodyStart, event.part.bodyEnd)] : [],
    );
    expect(ranges).toEqual(['first', 'second']);
  });

  it('takes a type that is no media type as text/plain (RFC 2045 §5.2)', () => {
    expect(scanMail('Content-Type: text\n\nx').leaves[0]?.contentType).toBe('text/plain');
    expect(scanMail('Content-Type: text/html charset=utf-8\n\nx').leaves[0]?.contentType).toBe('text/html');
  });
});

describe('createMimeScan, boundaries', () => {
  it('allows white space after a delimiter and refuses anything else', () => {
    const { leaves } = scanMail(`${root}--b1 \t \r\n\r\nA\r\n--b1x\r\n--b\r\n --b1\r\n--b1-\r\n--b1--  \r\n`);
    expect(leaves.map(({ body }) => body)).toEqual(['A\r\n--b1x\r\n--b\r\n --b1\r\n--b1-']);
  });

  it('closes an inner multipart that is not closed when a delimiter of the outer one comes', () => {
    const mail = `${root}--b1\r\nContent-Type: multipart/mixed; boundary=b1in\r\n\r\n--b1in\r\n\r\nA\r\n--b1\r\n\r\nB\r\n--b1--`;
    const { leaves, warnings } = scanMail(mail);
    expect(leaves.map(({ path, body }) => [path, body])).toEqual([
      ['1.1', 'A'],
      ['2', 'B'],
    ]);
    expect(warnings).toEqual(['1:boundary-unclosed']);
  });

  it('C17 reads LF, CRLF and mixed line ends alike', () => {
    const mail = `${root}--b1\r\n\r\nA\n--b1\n\nB\r\n--b1--\n`;
    expect(scanMail(mail).leaves.map(({ body }) => body)).toEqual(['A', 'B']);
  });

  it.each([
    ['missing', 'Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nx\r\n--b--'],
    ['empty', 'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx\r\n----'],
    ['never seen', `${root}--other\r\n\r\nx\r\n--other--\r\n`],
    ['never seen, and nothing else', root],
    ['of an inner part never seen', `${root}--b1\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\nlost\r\n--b1--`],
  ])('C2 refuses a multipart whose boundary is %s', (_case, mail) => {
    expect(codeOf(() => scanMail(mail))).toBe('ERR_BOUNDARY');
  });

  it('C3 takes the last part whole when the final boundary is missing, with a warning', () => {
    const { leaves, warnings } = scanMail(`${root}--b1\r\n\r\nA\r\n--b1\r\n\r\nB\r\n`);
    expect(leaves.map(({ body, cut }) => [body, cut])).toEqual([
      ['A', false],
      ['B\r\n', true],
    ]);
    expect(warnings).toEqual([':boundary-unclosed']);
  });

  it.each(['', '\r\n', '\r\n\r\n', '\r\n \r\n\r\n'])(
    'C3 takes a last delimiter without its dashes, followed by %j, as the end',
    (rest) => {
      for (const sizes of [[65536], [1]]) {
        const { leaves, warnings } = scanMail(`${root}--b1\r\n\r\nA\r\n--b1${rest}`, sizes);
        expect(leaves.map(({ path, body }) => [path, body])).toEqual([['1', 'A']]);
        expect(warnings).toEqual([':boundary-unclosed']);
      }
    },
  );

  it('keeps an empty part between two others', () => {
    expect(scanMail(`${root}--b1\r\n--b1\r\n\r\n\r\n--b1\r\n\r\nC\r\n--b1--`).leaves.map(({ body }) => body)).toEqual([
      '',
      '',
      'C',
    ]);
  });

  it('C27 lets the first of two Content-Type fields count, and drops comments', () => {
    const mail =
      'Content-Type: multipart/mixed; (a;b) boundary=b1 (c)\r\nContent-Type: text/plain\r\n\r\n--b1\r\n\r\nA\r\n--b1--';
    expect(scanMail(mail).leaves.map(({ path, body }) => [path, body])).toEqual([['1', 'A']]);
  });
});

describe('createMimeScan, header blocks', () => {
  it('takes a body that follows the header without a blank line', () => {
    const mail = `${root}--b1\r\nContent-Type: application/octet-stream;\r\n name=content\r\nContent-Transfer-Encoding: base64\r\nSGVsbG8=\r\n--b1\r\n`;
    for (const sizes of [[65536], [1], [7]]) {
      const { leaves, warnings } = scanMail(mail, sizes);
      expect(leaves.map(({ path, body }) => [path, body])).toEqual([['1', 'SGVsbG8=']]);
      expect(warnings).toEqual(['1:header-line-without-colon', ':boundary-unclosed']);
    }
  });

  it('C2 takes a parameter on a line that lost its fold', () => {
    const mail = 'Content-Type: multipart/mixed;\r\nboundary="b1"\r\n\r\n--b1\r\n\r\nA\r\n--b1--';
    const { leaves, warnings } = scanMail(mail);
    expect(leaves.map(({ body }) => body)).toEqual(['A']);
    expect(warnings).toEqual([':header-line-without-colon']);
  });

  it('C18 skips a byte order mark, blank lines and mbox lines before the header', () => {
    const { leaves, warnings } = scanMail(
      '\u00ef\u00bb\u00bf\r\n\r\nFrom a@x Thu Jan  1 00:00:00 1970\r\n>From b@y\r\nSubject: x\r\n\r\nbody',
    );
    expect(leaves.map(({ body }) => body)).toEqual(['body']);
    expect(warnings).toEqual(['1:mbox-from-line']);
  });

  it('C17 keeps controls out of fields, unfolds them, and reads UTF-8 or latin1', () => {
    const mail = 'Subject: a\0b\x1bc\r\n\tfolded\r\nX-Utf: \u00c3\u00a9\r\nX-Latin: \u00e9\r\n\r\n';
    const [open] = scanMail(mail).events;
    expect(open?.type === 'open' && open.fields).toEqual([
      { name: 'subject', value: 'abc folded' },
      { name: 'x-utf', value: 'é' },
      { name: 'x-latin', value: 'é' },
    ]);
  });

  it.each([
    ['ERR_EMPTY', ''],
    ['ERR_NO_HEADER', '\r\n\r\n'],
    ['ERR_NO_HEADER', 'hello\r\nthere'],
    ['ERR_NO_HEADER', '\x1f\x8b\b\0\0\0\0\0'],
    ['ERR_BARE_CR', 'From: a@x.example\rTo: b@y.example\r\rbody'],
    ['ERR_BARE_CR', 'From: a@x.example\rTo: b@y.example\r\rbody\nwith a line feed'],
  ])('refuses with %s what is no mail: %j', (code, mail) => {
    expect(codeOf(() => scanMail(mail))).toBe(code);
    expect(codeOf(() => scanMail(mail, [1]))).toBe(code);
  });
});

describe('createMimeScan, limits', () => {
  it('C6 stops at the part after the last allowed', () => {
    const parts = (count: number) => `${root}${'--b1\r\n\r\nx\r\n'.repeat(count)}--b1--`;
    expect(scanMail(parts(1000)).leaves).toHaveLength(1000);
    expect(codeOf(() => scanMail(parts(1001)))).toBe('ERR_TOO_MANY_PARTS');
  });

  it('C7 stops at a tree that is too deep', () => {
    const nest = (depth: number) =>
      Array.from({ length: depth }, (_, n) => `Content-Type: multipart/mixed; boundary=n${n}\r\n\r\n--n${n}\r\n`).join(
        '',
      );
    expect(scanMail(`${nest(100)}\r\nx`).leaves).toHaveLength(1);
    expect(codeOf(() => scanMail(`${nest(101)}\r\nx`))).toBe('ERR_TOO_DEEP');
  });

  it.each([
    ['one long line', `Subject: ${'a'.repeat(2_000_000)}`, [65536]],
    ['one long line in small pieces', `Subject: ${'a'.repeat(1_100_000)}`, [100]],
    ['many lines', `${'a:\r\n'.repeat(20_000)}\r\nx`, [65536]],
  ])('C8 stops at a header block that is too large: %s', (_case, mail, sizes) => {
    expect(codeOf(() => scanMail(mail, sizes))).toBe('ERR_HEADER_TOO_LARGE');
  });

  it('stops at a mail that is too large', () => {
    expect(codeOf(() => scanMail('Subject: x\r\n\r\n12345', [4], { totalBytes: 16 }))).toBe('ERR_TOO_LARGE');
  });

  it.each([
    ['lines of dashes', '--\r\n'.repeat(500_000)],
    ['near boundaries', '\r\n--b1x'.repeat(300_000)],
    ['long near boundaries', `\r\n--b1${'-'.repeat(900)}`.repeat(2_000)],
    ['one line', 'a'.repeat(2_000_000)],
  ])('C9 stays linear on %s', (_case, body) => {
    const started = performance.now();
    const { leaves } = scanMail(`${root}--b1\r\n\r\n${body}\r\n--b1--`);
    expect(leaves).toHaveLength(1);
    expect(leaves[0]?.body.length).toBe(body.length);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
