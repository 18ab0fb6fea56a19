import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linksOf } from '../../../functions/console/links-of.ts';

describe('linksOf', () => {
  it('gives each web address once, without the full stop of its sentence', () => {
    const html = '<a href="https://a.example/f/x?a=1&amp;b=2">go</a>';
    const text = 'See https://a.example/f/x?a=1&b=2. Or (http://b.example/c).';

    expect(linksOf(html, text)).toEqual(['https://a.example/f/x?a=1&b=2', 'http://b.example/c']);
  });

  it('gives only web addresses, whatever the text, in good time', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (html, text) =>
        linksOf(html, text).every((link) => /^https?:$/.test(new URL(link).protocol)),
      ),
    );
    expect(linksOf('http://'.repeat(50_000), 'a'.repeat(500_000))).toBeInstanceOf(Array);
  });
});
