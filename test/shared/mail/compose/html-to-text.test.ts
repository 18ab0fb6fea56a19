import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlToText } from '../../../../shared/mail/compose/html-to-text.ts';
import { htmlTokens } from '../../../../shared/mail/compose/html-tokens.ts';

describe('htmlToText', () => {
  it.each([
    ['<p>One</p><p>Two</p>', 'One\n\nTwo'],
    ['<div>One</div><div>Two<br>Three</div>', 'One\nTwo\nThree'],
    ['a\n   b\t c', 'a b c'],
    ['<h1>Head</h1>text', 'Head\n\ntext'],
    ['<ul><li>one</li><li>two</li></ul>', '- one\n- two'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['<a href="https://x.example/?a=1&amp;b=2">Open</a> it', 'Open <https://x.example/?a=1&b=2> it'],
    ["<A HREF='https://x.example/'>https://x.example/</A>", 'https://x.example/'],
    ['<a href="mailto:a@x.example">a@x.example</a>', 'a@x.example'],
    ['<a href="javascript:alert(1)">x</a>', 'x'],
    ['<pre>a\n   b</pre>', 'a\n   b'],
    ['<img alt="A &quot;chart&quot;" src="cid:x">', 'A "chart"'],
    ['&lt;b&gt; &#8364; &#x80; &euro; &nbsp;x &unknown; a&copy=1', '<b> € € € x &unknown; a&copy=1'],
    ['x<script>var a = "<p>no</p>";</script><style>p{}</style>y', 'xy'],
    ['<html><head><title>T</title><meta x></head><body>B</body></html>', 'B'],
    ['<head><title>T</title><body>unclosed head', 'unclosed head'],
    ['<!-- <p>no</p> -->yes<!doctype html>', 'yes'],
    ['1 < 2 and 3 > 2, a<3', '1 < 2 and 3 > 2, a<3'],
    ['<p title="a>b">x</p>', 'x'],
    ['text <b broken', 'text <b broken'],
    ['pre\u00adheader\u200b', 'preheader'],
    ['', ''],
  ])('%s', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  it('reads at most 2,000,000 characters and says that there was more', () => {
    const text = htmlToText('word '.repeat(500_000));
    expect(text.length).toBeLessThan(2_000_010);
    expect(text.endsWith('[…]')).toBe(true);
  });

  it.each([
    '<',
    '<a',
    '<!--',
    '<a href="',
    '<script>',
    '</',
    '&',
    '&#',
    '<a href=x>',
    '<style></style',
    "<p a='",
    '<br>',
    ' =',
    '<a alt= ',
  ])('takes time in proportion to 2 MB of %s', (bait) => {
    const html = bait.repeat(Math.floor(2_000_000 / bait.length));
    const began = performance.now();
    htmlToText(html);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('property: tokens cover the input without gap or overlap', () => {
    const markup = fc.string({
      unit: fc.constantFrom(
        '<',
        '>',
        '/',
        'p',
        '!--',
        '-->',
        '"',
        "'",
        '=',
        ' ',
        'script',
        'x',
        '!',
        '?',
        'style',
        '</script>',
      ),
      maxLength: 60,
    });
    fc.assert(
      fc.property(markup, (html) => {
        let at = 0;
        for (const token of htmlTokens(html)) {
          expect(token.start).toBe(at);
          at = token.end;
        }
        expect(at).toBe(html.length);
      }),
      { numRuns: 3000 },
    );
  });
});
