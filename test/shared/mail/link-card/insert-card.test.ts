import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insertCard } from '../../../../shared/mail/link-card/insert-card.ts';

describe('insertCard', () => {
  it.each([
    [
      '<html><body class="a>b">x</body></html>',
      '<html><body class="a>b">[C]x</body></html>',
      '<html><body class="a>b">x[C]</body></html>',
    ],
    ['<HTML><BODY>x</BODY></HTML>', '<HTML><BODY>[C]x</BODY></HTML>', '<HTML><BODY>x[C]</BODY></HTML>'],
    ['<p>x</p>', '[C]<p>x</p>', '<p>x</p>[C]'],
    ['', '[C]', '[C]'],
    ['<!doctype html><p>x', '<!doctype html>[C]<p>x', '<!doctype html><p>x[C]'],
    [
      '<head><style>a</style></head><p>x</html>',
      '<head><style>a</style></head>[C]<p>x</html>',
      '<head><style>a</style></head><p>x[C]</html>',
    ],
    [
      '<!--<body>--><body>x<!--</body>--></body>',
      '<!--<body>--><body>[C]x<!--</body>--></body>',
      '<!--<body>--><body>x<!--</body>-->[C]</body>',
    ],
    ['<body>x</body>y</body>', '<body>[C]x</body>y</body>', '<body>x</body>y[C]</body>'],
    ['x<!-- never closed', '[C]x<!-- never closed', 'x[C]<!-- never closed'],
    ['<body>x<textarea>never closed', '<body>[C]x<textarea>never closed', '<body>x[C]<textarea>never closed'],
    ['<body>x<script>', '<body>[C]x<script>', '<body>x[C]<script>'],
    ['x<a title="never closed>', '[C]x<a title="never closed>', 'x[C]<a title="never closed>'],
    ['<p>x</p><!doctype html>', '[C]<p>x</p><!doctype html>', '<p>x</p><!doctype html>[C]'],
    ['<script>"</body>"</script>x', '[C]<script>"</body>"</script>x', '<script>"</body>"</script>x[C]'],
    ['</body>x<body>y', '</body>x<body>[C]y', '</body>x<body>[C]y'],
  ])('%s', (html, top, bottom) => {
    expect(insertCard(html, '[C]', 'top')).toBe(top);
    expect(insertCard(html, '[C]', 'bottom')).toBe(bottom);
  });

  it('changes nothing when there is no card', () => {
    expect(insertCard('<body>x</body>', '', 'top')).toBe('<body>x</body>');
  });

  it('property: takes nothing away and adds only the card', () => {
    const markup = fc.string({
      unit: fc.constantFrom('<body>', '</body>', '<!--', '-->', '<p a="', '"', '>', 'x', '<script>', '</script>', '<'),
      maxLength: 30,
    });
    fc.assert(
      fc.property(markup, fc.constantFrom('top' as const, 'bottom' as const), (html, position) => {
        const [before = '', after = '', ...more] = insertCard(html, '[C]', position).split('[C]');
        expect(before + after).toBe(html);
        expect(more).toEqual([]);
      }),
    );
  });

  it.each(['<', '<body', '<!--', '</body>', '<!doctype ', '<a b="', '<script>', '  '])(
    'takes time in proportion to 2 MB of %s',
    (bait) => {
      const html = bait.repeat(Math.floor(2_000_000 / bait.length));
      const began = performance.now();
      insertCard(html, '[C]', 'bottom');
      expect(performance.now() - began).toBeLessThan(3000);
    },
  );
});
