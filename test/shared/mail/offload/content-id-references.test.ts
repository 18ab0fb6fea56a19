import { describe, expect, it } from 'vitest';
import { isReferenced, referencedContentIds } from '../../../../shared/mail/offload/content-id-references.ts';

const shows = (html: string | undefined, contentId: string) => isReferenced(referencedContentIds(html), contentId);

describe('referencedContentIds', () => {
  it.each([
    ['a quoted source', '<img src="cid:dot@x">', 'dot@x'],
    ['single quotes', "<img src='cid:dot@x'>", 'dot@x'],
    ['no quotes', '<img src=cid:dot@x>', 'dot@x'],
    ['upper case', '<IMG SRC="CID:Dot@X">', 'dot@x'],
    ['percent-encoding', '<img src="cid:a%2Bb%40x">', 'a+b@x'],
    ['a percent sign that encodes nothing', '<img src="cid:100%@x">', '100%@x'],
    ['character references', '<img src="cid:a&amp;b&#64;x">', 'a&b@x'],
    ['CSS in an attribute', '<td style="background:url(cid:dot@x)">', 'dot@x'],
    ['quoted CSS in an attribute', '<td style="background:url(&quot;cid:dot@x&quot;)">', 'dot@x'],
    ['a style sheet', "<style>p{background:url('cid:dot@x')}</style>", 'dot@x'],
    ['a conditional comment', '<!--[if mso]><v:image src="cid:dot@x"/><![endif]-->', 'dot@x'],
    ['many of them', '<img src="cid:a"><img src="cid:dot@x"><img src="cid:b">', 'dot@x'],
  ])('C24 finds %s', (_what, html, contentId) => {
    expect(shows(html, contentId)).toBe(true);
  });

  it.each([
    ['no HTML', undefined, 'dot@x'],
    ['a word in the text', '<p>see cid:dot@x</p>', 'dot@x'],
    ['only the beginning of the id', '<img src="cid:dot@xy">', 'dot@x'],
    ['another scheme', '<img src="https://x/dot@x">', 'dot@x'],
  ])('C24 finds nothing in %s', (_what, html, contentId) => {
    expect(shows(html, contentId)).toBe(false);
  });

  it('C24 takes time in proportion to the HTML', () => {
    const began = performance.now();
    referencedContentIds(`${'<img src="cid:same@x">'.repeat(100_000)}${'<img src=cid:'.repeat(100_000)}`);
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
