import fc from 'fast-check';
import libmime from 'libmime';
import { describe, expect, it } from 'vitest';
import { cleanFileName } from '../../../../shared/mail/compose/clean-text.ts';
import { encodeFileNameParameter } from '../../../../shared/mail/compose/parameter-encoding.ts';

const decode = (parameters: string): unknown =>
  libmime.parseHeaderValue(`inline${parameters.replace(/\r\n/g, '')}`).params.filename;

describe('encodeFileNameParameter', () => {
  it('D7 writes quotes, backslashes and semicolons inside one quoted-string', () => {
    expect(encodeFileNameParameter('filename', 'a"; x=\\y.png')).toBe('; filename="a\\"; x=\\\\y.png"');
  });

  it('removes direction overrides, so that an ending is where it seems to be', () => {
    expect(encodeFileNameParameter('filename', 'invoice\u202efdp.exe')).toBe('; filename="invoicefdp.exe"');
  });

  it('writes RFC 2231 sections in lines of at most 78', () => {
    const lines = encodeFileNameParameter('filename', `${'Straße-📈 '.repeat(40)}.png`).split('\r\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
  });

  it('F10 property: decoded, it is the cleaned name, cut to 255 characters, and holds no line end but folds', () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.string({ unit: 'binary', maxLength: 100 }),
    );
    fc.assert(
      fc.property(name, (text) => {
        const written = encodeFileNameParameter('filename', text);
        expect(written.replace(/;\r\n /g, '')).toMatch(/^[\x20-\x7e]*$/);
        expect(decode(written)).toBe([...cleanFileName(text)].slice(0, 255).join('').trimEnd());
      }),
      { numRuns: 1000 },
    );
  });
});
