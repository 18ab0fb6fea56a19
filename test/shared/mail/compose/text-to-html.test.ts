import { describe, expect, it } from 'vitest';
import { htmlToText } from '../../../../shared/mail/compose/html-to-text.ts';
import { textToHtml } from '../../../../shared/mail/compose/text-to-html.ts';

describe('textToHtml', () => {
  it('shows markup in a text as text', () => {
    const html = textToHtml('<script>alert("1")</script> & <b>');
    expect(html).not.toMatch(/<script|<b>/i);
    expect(htmlToText(html)).toBe('<script>alert("1")</script> & <b>');
  });

  it('keeps line breaks and runs of spaces', () => {
    expect(textToHtml('a    b\n\n\tc\n')).toContain('a&#160; &#160; b<br>\n<br>\n&#160; &#160; c\n</div>');
  });

  it('declares both colour schemes and fetches nothing', () => {
    const html = textToHtml('x');
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).not.toMatch(/src=|url\(|https?:/);
  });
});
