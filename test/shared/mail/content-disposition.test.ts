import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentDisposition } from '../../../shared/mail/content-disposition.ts';

function extendedName(value: string): string {
  return decodeURIComponent(value.slice(value.indexOf("filename*=UTF-8''") + "filename*=UTF-8''".length));
}

describe('contentDisposition', () => {
  it('gives both names for a plain name', () => {
    expect(contentDisposition('report.pdf')).toBe(`attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`);
  });

  it.each([
    ['Prüfbericht.pdf', 'Prufbericht.pdf', 'Pr%C3%BCfbericht.pdf'],
    ['見積.pdf', '__.pdf', '%E8%A6%8B%E7%A9%8D.pdf'],
    ['🙂.txt', '_.txt', '%F0%9F%99%82.txt'],
  ])('D6 a non-ASCII name %s has an ASCII fallback and its UTF-8 form', (name, fallback, encoded) => {
    expect(contentDisposition(name)).toBe(`attachment; filename="${fallback}"; filename*=UTF-8''${encoded}`);
  });

  it.each([
    ['a"b.txt', 'a_b.txt'],
    ['a\\b.txt', 'a_b.txt'],
    ['a;b.txt', 'a_b.txt'],
    ['100%25.txt', '100_25.txt'],
    ['a\r\nSet-Cookie: x=1.txt', 'a__Set-Cookie_ x=1.txt'],
  ])('D7 a character that would break the field is replaced in %j', (name, fallback) => {
    const value = contentDisposition(name);
    expect(value).toContain(`filename="${fallback}"`);
    expect(extendedName(value)).toBe(name);
  });

  it('D7 the marks that RFC 8187 reserves are encoded', () => {
    expect(contentDisposition("a'(b)*.txt")).toContain("filename*=UTF-8''a%27%28b%29%2A.txt");
  });

  it('a long name keeps its extension in the fallback', () => {
    expect(contentDisposition(`${'a'.repeat(500)}.pdf`)).toMatch(/filename="a{96}\.pdf"/);
  });

  it('a name with nothing left has a fallback', () => {
    expect(contentDisposition('')).toBe(`attachment; filename="attachment"; filename*=UTF-8''`);
  });

  it('D6 is printable ASCII in one shape for any name at all, and reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        const value = contentDisposition(name);
        expect(value).toMatch(/^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]*$/);
        expect(value.split('"')).toHaveLength(3);
        expect(extendedName(value)).toBe(name.toWellFormed());
      }),
    );
  });
});
