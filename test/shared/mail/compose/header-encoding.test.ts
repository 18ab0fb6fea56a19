import fc from 'fast-check';
import libmime from 'libmime';
import { describe, expect, it } from 'vitest';
import { cleanHeaderText } from '../../../../shared/mail/compose/clean-text.ts';
import { encodePhrase, encodeUnstructured } from '../../../../shared/mail/compose/header-encoding.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom('a', ' ', '\r', '\n', '\0', '=?', '?=', '_', '"', '\\', ',', 'é', '📈', 'ש'),
    maxLength: 300,
  }),
);
const unfold = (folded: string) => folded.replace(/\r\n(?=[ \t])/g, '');
const linesOf = (name: string, body: string) => `${name}: ${body}`.split('\r\n');

function decodePhrase(tokens: readonly string[]): string {
  const joined = tokens.join(' ');
  if (joined.startsWith('"')) return joined.slice(1, -1).replace(/\\(.)/g, '$1');
  return libmime.decodeWords(joined);
}

describe('encodeUnstructured', () => {
  it('leaves plain ASCII as it is', () => {
    expect(encodeUnstructured('Weekly report (final), 50% <done>', 'Subject')).toBe(
      'Weekly report (final), 50% <done>',
    );
  });

  it('folds 1,000 ASCII characters at spaces within 78 columns and unfolds to the same', () => {
    const subject = 'figures for the week '.repeat(48).trim();
    const folded = encodeUnstructured(subject, 'Subject');
    expect(Math.max(...linesOf('Subject', folded).map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(unfold(folded)).toBe(subject);
  });

  it('encodes what looks like an encoded-word, so that it is read as it was written', () => {
    const text = '=?utf-8?B?DQpCY2M6IHg=?=';
    expect(libmime.decodeWords(encodeUnstructured(text, 'Subject'))).toBe(text);
  });

  it.each(['Wöchentlich 📈', 'שלום עולם', 'مرحبا', '日本語の件名'.repeat(60), '👩‍👩‍👧‍👦'.repeat(40), 'a'.repeat(1000)])(
    'F12 encodes %s into encoded-words of at most 75 and lines of at most 78',
    (subject) => {
      const folded = encodeUnstructured(subject, 'Subject');
      const words = unfold(folded).split(' ');
      expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(75);
      expect(Math.max(...linesOf('Subject', folded).map((line) => line.length))).toBeLessThanOrEqual(78);
      expect(libmime.decodeWords(unfold(folded))).toBe(subject);
    },
  );

  it('never cuts a code point: every encoded-word is decodable by itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 20, maxLength: 200 }), (text) => {
        const words = unfold(encodeUnstructured(`é${text}`, 'Subject')).split(' ');
        expect(words.map((word) => libmime.decodeWord('UTF-8', ...splitWord(word))).join('')).toBe(
          cleanHeaderText(`é${text}`),
        );
      }),
    );
  });

  it('F10 property: decoded and unfolded, it is the cleaned text; ASCII, no line over 78, no line end that is not a fold', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const folded = encodeUnstructured(text, 'Subject');
        expect(folded).toMatch(/^[\x20-\x7e\r\n]*$/);
        expect(unfold(folded)).not.toMatch(/[\r\n]/);
        expect(libmime.decodeWords(unfold(folded))).toBe(cleanHeaderText(text));
        expect(Math.max(...linesOf('Subject', folded).map((line) => line.length))).toBeLessThanOrEqual(78);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('encodePhrase', () => {
  it.each([
    ['Ada Lovelace', ['Ada', 'Lovelace']],
    ['Lovelace, Ada', ['"Lovelace, Ada"']],
    ['The "big" one', ['"The \\"big\\" one"']],
    ['back\\slash', ['"back\\\\slash"']],
    ['someone@x.example', ['"someone@x.example"']],
    [' \r\n ', []],
  ])('D7 writes %j as %j', (name, tokens) => {
    expect(encodePhrase(name)).toEqual(tokens);
  });

  it('property: decoded, it is the cleaned name', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        expect(decodePhrase(encodePhrase(name))).toBe(cleanHeaderText(name));
      }),
      { numRuns: 2000 },
    );
  });
});

function splitWord(word: string): [encoding: 'Q' | 'B', text: string] {
  const [, , encoding = 'Q', text = ''] = word.split('?');
  return [encoding as 'Q' | 'B', text];
}
