import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64, encodeBase64Bytes, encodeTextBody } from '../../../../shared/mail/compose/body-encoding.ts';
import { cleanBody } from '../../../../shared/mail/compose/clean-text.ts';

/** RFC 2045 §6.7, read strictly: soft breaks go, every other `=` is two upper-case hex digits. */
function decodeQuotedPrintable(data: string): Buffer {
  const joined = data.replace(/=\n/g, '');
  expect(joined.replace(/=[0-9A-F]{2}/g, '')).not.toContain('=');
  return Buffer.from(
    joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

function decode(text: string): string {
  const { encoding, data } = encodeTextBody(text);
  const bytes = encoding === 'base64' ? Buffer.from(data, 'base64') : decodeQuotedPrintable(data);
  return bytes.toString().replaceAll('\r\n', '\n') + (encoding === 'base64' ? '' : '\n');
}

describe('encodeTextBody', () => {
  it('keeps mostly ASCII text readable as quoted-printable', () => {
    expect(encodeTextBody('Grüße, 1 = 1 \nFrom here\n')).toEqual({
      encoding: 'quoted-printable',
      data: 'Gr=C3=BC=C3=9Fe, 1 =3D 1=20\n=46rom here',
    });
  });

  it('writes mostly non-ASCII text as base64 with CRLF inside', () => {
    const { encoding, data } = encodeTextBody('日本\n語\n');
    expect(encoding).toBe('base64');
    expect(Buffer.from(data, 'base64').toString()).toBe('日本\r\n語\r\n');
  });

  it.each([75, 76, 77, 150, 151, 152, 2000])(
    'F12 breaks a line of %d characters softly, within 76 columns',
    (length) => {
      for (const end of ['a', ' ', '=']) {
        const text = `${'a'.repeat(length - 1)}${end}\n`;
        const lines = encodeTextBody(text).data.split('\n');
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(76);
        expect(decode(text)).toBe(text);
      }
    },
  );

  it('F12 property: 7-bit, lines of at most 76, and the same text when decoded', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 500 }),
      fc.string({
        unit: fc.constantFrom('.', '\n', ' ', '\t', '=', 'x', '-', 'é', 'From ', '\r', 'word '),
        maxLength: 800,
      }),
    );
    fc.assert(
      fc.property(text, (raw) => {
        const clean = cleanBody(raw);
        const { data } = encodeTextBody(clean);
        expect(data).toMatch(/^[\x20-\x7e\t\n]*$/);
        expect(Math.max(...data.split('\n').map((line) => line.length))).toBeLessThanOrEqual(76);
        expect(decode(clean)).toBe(clean);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('encodeBase64', () => {
  it('writes lines of 76 and gives the same bytes back', () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, n) => n % 256);
    const lines = encodeBase64(bytes).split('\n');
    expect(new Set(lines.slice(0, -1).map((line) => line.length))).toEqual(new Set([76]));
    expect(new Uint8Array(Buffer.from(lines.join(''), 'base64'))).toEqual(bytes);
  });
});

describe('encodeBase64Bytes', () => {
  it.each([0, 1, 2, 3, 56, 57, 58, 114, 56_999, 57_000, 57_001, 200_003])(
    'writes %d bytes as encodeBase64 does',
    (size) => {
      const bytes = Uint8Array.from({ length: size }, (_, n) => (n * 7) % 256);
      expect(Buffer.from(encodeBase64Bytes(bytes)).toString('latin1')).toBe(
        encodeBase64(bytes).replaceAll('\n', '\r\n'),
      );
    },
  );
});
