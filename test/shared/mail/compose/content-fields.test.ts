import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeContentField,
  leafContentType,
  safeMediaType,
  wholeContentType,
} from '../../../../shared/mail/compose/content-fields.ts';

const unfold = (text: string) => text.replaceAll(/\r\n(?=[ \t])/g, '');

describe('encodeContentField', () => {
  it.each([
    'text/plain',
    'multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha512; boundary="a  b   c"',
    `multipart/mixed; boundary="${'b'.repeat(300)}"`,
  ])('C21 gives back %j when it is unfolded', (value) => {
    expect(unfold(encodeContentField('Content-Type', value))).toBe(`Content-Type: ${value}`);
  });

  it('property: unfolds to what it was given, in lines of at most 998', () => {
    const value = fc.stringMatching(/^[!-~][ -~]{0,3000}[!-~]$/);
    fc.assert(
      fc.property(value, (text) => {
        const folded = encodeContentField('Content-Type', text);
        expect(unfold(folded)).toBe(`Content-Type: ${text}`);
        for (const line of folded.split('\r\n')) {
          expect(line.length).toBeLessThanOrEqual(998);
          expect(line.trim()).not.toBe('');
        }
      }),
    );
  });

  it.each(['a\r\nBcc: x', 'a\nb', 'a\0b', 'ü', '', 'x'.repeat(1200)])('F10 refuses %j', (value) => {
    expect(() => encodeContentField('Content-Type', value)).toThrow(
      expect.objectContaining({ code: 'ERR_HEADER_INJECTION' }),
    );
  });
});

describe('leafContentType', () => {
  it('C23 writes the safe parameters and the name, each on a line of its own', () => {
    const parameters = { charset: 'utf-8', method: 'REQUEST', boundary: 'x', 'x-a': '1', name: 'other' };
    expect(leafContentType('text/calendar', parameters, 'a.ics')).toBe(
      'text/calendar;\r\n charset="utf-8";\r\n method="REQUEST";\r\n name="a.ics"',
    );
  });

  it('F10 leaves out values that are no plain tokens', () => {
    expect(leafContentType('text/csv', { charset: 'a"; x="', method: 'a\r\nb' }, 'x')).toBe('text/csv;\r\n name="x"');
  });
});

describe('safeMediaType', () => {
  it.each([
    ['Text/CSV', 'text/csv'],
    ['multipart/mixed', 'application/octet-stream'],
    ['message/rfc822', 'application/octet-stream'],
    ['text/csv; x=1', 'application/octet-stream'],
    ['nonsense', 'application/octet-stream'],
  ])('%s is %s', (given, written) => {
    expect(safeMediaType(given)).toBe(written);
  });
});

describe('wholeContentType', () => {
  it('C21 takes the field as it is when it is ASCII', () => {
    expect(wholeContentType('text/plain;\tx="a  b"', 'text/plain', {})).toBe('text/plain;\tx="a  b"');
    expect(wholeContentType(undefined, 'text/plain', {})).toBeUndefined();
  });

  it('C21 builds it again when it is not', () => {
    const value = wholeContentType('text/plain; name="\xfc"', 'text/plain', {
      boundary: 'a "b"',
      name: 'ü.txt',
      'b@d': '1',
    });
    expect(value).toBe('text/plain; boundary="a \\"b\\""; name*=UTF-8\'\'%C3%BC.txt');
  });
});
