import { describe, expect, it } from 'vitest';
import { findRecipients } from '../../../../shared/mail/recipients/find-recipients.ts';

const marker = ':Email_Rxers_Code:';
const block = (list: string) => `${marker}${list}${marker}`;
const inText = (text: string) => findRecipients({ text, marker });
const inHtml = (html: string) => findRecipients({ html, marker });
const both = ['a@x.example', 'b@y.example'];

describe('findRecipients in text', () => {
  it.each([
    block('[a@x.example,b@y.example]'),
    block('a@x.example,b@y.example'),
    block('[a@x.example; b@y.example]'),
    block('a@x.example b@y.example'),
    block('\r\n[a@x.example,\r\n b@y.example]\r\n'),
    block('[a@x.example,b@y.example'),
    block('"Ann, B" <a@x.example>, Bob <b@y.example>'),
    block('Ann <mailto:a@x.example>; mailto:b@y.example?subject=x'),
    block('a@x.example <mailto:a@x.example>, b@y.example'),
    block("'a@x.example', 'b@y.example',,"),
    block('<a@x.example><b@y.example>'),
    block('[a@x.example] [b@y.example]'),
    block('a@X.EXAMPLE,b@y.example,a@x.example'),
    block('a@x.example').replace(/code:$/i, 'CODE:') + block('b@y.example').toLowerCase(),
  ])('reads %j', (text) => {
    const found = inText(`before\n${text}\nafter`);
    expect(found.textList).toEqual({ addresses: both, refusedCount: 0 });
    expect(found.text).toBe('before\nafter');
    expect(found.openMarker).toBe(false);
  });

  it('leaves what stands on the same line', () => {
    expect(inText(`Line2${block('[a@x.example]')} end`).text).toBe('Line2 end');
  });

  it('a body without the marker is given back as it is, without a list', () => {
    expect(inText('a@x.example')).toEqual({ text: 'a@x.example', openMarker: false });
  });

  it('an empty list is a list', () => {
    expect(inText(block('[]')).textList).toEqual({ addresses: [], refusedCount: 0 });
  });

  it('a lone marker is removed and told', () => {
    expect(inText(`x ${marker} a@x.example`)).toEqual({ text: 'x  a@x.example', openMarker: true });
  });

  it('two markers further apart than a list can be are no pair', () => {
    const found = inText(`${marker}${'a@x.example '.repeat(50_000)}${marker}`);
    expect(found.textList).toBeUndefined();
    expect(found.openMarker).toBe(true);
    expect(found.text).not.toContain(marker);
  });

  it('a marker that forms anew when a block goes does not remain', () => {
    const found = inText(`:Email_R${block('a@x.example')}xers_Code:`);
    expect(found.text?.replace(/\s/g, '').toLowerCase()).not.toContain(marker.toLowerCase());
  });

  it('C30 addresses outside the block are not recipients', () => {
    const found = inText(
      `On Monday c@z.example wrote:\n> hi d@z.example\n${block('a@x.example')}\n-- \nAnn ann@z.example`,
    );
    expect(found.textList?.addresses).toEqual(['a@x.example']);
    expect(found.text).toContain('ann@z.example');
  });

  it('C33 a marker and a list that a sender wrapped are read', () => {
    const found = inText(`:Email_Rxers_\r\nCode:[a@x.example,\r\nb@y.example]:Email_\r\nRxers_Code:`);
    expect(found.textList?.addresses).toEqual(both);
    expect(found.text).toBe('');
  });

  it.each([
    '"a b"@x.example',
    'a(comment)@x.example',
    'a@[127.0.0.1]',
    '@relay.example:a@b.example',
    'a@x.example.',
    `${'a'.repeat(65)}@x.example`,
    'jos\u00e9@x.example',
    'a@b',
    'a@@x.example',
    'a.@x.example',
    '@x.example',
    'a@',
    'a@-x.example',
    'a@x..example',
    'a@1.2.3.4',
    '<not an address>',
    'nobody',
    '<a@x.example\u0000>',
    'a@x.example/b@y.example',
    `a@${'x'.repeat(250)}.example`,
    `${'a'.repeat(5000)}@x.example`,
  ])('C35 %j is refused and counted, the others stay', (entry) => {
    const found = inText(block(`ok@x.example, ${entry}, ok2@x.example`));
    expect(found.textList).toEqual({ addresses: ['ok@x.example', 'ok2@x.example'], refusedCount: 1 });
  });

  it('C35 two spellings of one domain are one recipient, two of one local part are two', () => {
    expect(inText(block('A@X.example, A@x.EXAMPLE, a@x.example')).textList?.addresses).toEqual([
      'A@x.example',
      'a@x.example',
    ]);
  });

  it('C31 an internationalised domain becomes its ASCII form', () => {
    expect(inText(block('a@b\u00fccher.example')).textList?.addresses).toEqual(['a@xn--bcher-kva.example']);
  });

  it('C31 a domain that mixes Latin with Cyrillic is refused', () => {
    expect(inText(block('a@p\u0430ypal.example')).textList).toEqual({ addresses: [], refusedCount: 1 });
  });

  it('C31 zero-width characters within the marker and an address are not seen', () => {
    const found = inText(`:Email\u200b_Rxers_Code:[a@x\u200d.exam\u00adple]:Email_Rxers\ufeff_Code:`);
    expect(found.textList?.addresses).toEqual(['a@x.example']);
    expect(found.text).toBe('');
  });
});

describe('findRecipients in HTML', () => {
  it.each([
    `<p>${block('[a@x.example,b@y.example]')}</p>`,
    `<p>${block('[<a href="mailto:a@x.example">a@x.example</a>,<a href="mailto:b@y.example">b@y.example</a>]')}</p>`,
    `<p>:Email_<b>Rxers</b>_Code:[a@x.example,<br>b@y.example]:Email<span>_Rxers</span>_Code:</p>`,
    `<p>&#58;Email&lowbar;Rxers_Code&colon;&lbrack;a&commat;x.example&comma;&nbsp;b&#x40;y&period;example]:Email_Rxers_Code:</p>`,
    `<p>${block('&quot;Ann, B&quot; &lt;a@x.example&gt;; Bob &lt;b@y.example&gt;')}</p>`,
    `<p>${block('a@x<wbr>.example b@<!-- c@z.example -->y.example')}</p>`,
    `<p>${block('a@x.example<span style="display:none">c@z.example</span>, b@y.example')}</p>`,
  ])('reads %s and leaves an empty paragraph', (html) => {
    const found = inHtml(html);
    expect(found.htmlList).toEqual({ addresses: both, refusedCount: 0 });
    expect(found.html).toBe('<p></p>');
  });

  it('C31 a list in table cells or paragraphs is read, and the structure stays balanced', () => {
    const html = `<table><tr><td>${marker}</td><td>a@x.example</td></tr><tr><td>b@y.example${marker}</td></tr></table>`;
    const found = inHtml(html);
    expect(found.htmlList?.addresses).toEqual(both);
    expect(found.html).toBe('<table><tr><td></td></tr><tr><td></td></tr></table>');
  });

  it('a tag that opens in the block and ends later stays, a link goes with its end', () => {
    const html = `<p>x</p>${marker}a@x.example<div class="c"><a href="https://z.example">b@y.example${marker} text</a></div>`;
    expect(inHtml(html).html).toBe('<p>x</p><div class="c"> text</div>');
  });

  it.each([
    ['display:none', '<div style="display: none">X</div>'],
    ['visibility', '<div style="color:red;VISIBILITY:hidden">X</div>'],
    ['hidden', '<div hidden>X</div>'],
    ['font size 0', "<div style='font-size:0px'>X</div>"],
    ['mso-hide', '<div style=mso-hide:all>X</div>'],
    ['a nested element', '<div style="display:none"><p><b>X</b></p></div>'],
    ['a comment', '<!-- X -->'],
    ['an attribute', '<img alt="X" src="cid:1">'],
    ['script', '<script>"X"</script>'],
    ['style', '<style>/* X */</style>'],
    ['title', '<head><title>X</title></head>'],
    ['template', '<template>X</template>'],
    ['an unclosed comment', '<p>a</p><!-- X'],
    ['an unclosed attribute', '<p>a</p><p title="X'],
  ])('C31 a list in %s is not read, and the marker does not remain', (_, html) => {
    const found = inHtml(`<p>hello</p>${html.replace('X', block('[c@z.example]'))}`);
    expect(found.htmlList).toBeUndefined();
    expect(found.html).toMatch(/^<p>hello<\/p>/);
    expect(found.html?.toLowerCase()).not.toContain('rxers');
    expect(found.html).not.toContain('c@z.example');
  });

  it('C31 an address that stood only in the block goes from attributes, comments and hidden text too', () => {
    const html =
      `<div style="display:none">for a@x.example</div><!-- a@x.example --><p title="a@x.example" class="k">hi</p>` +
      `<a href="https://z.example/?to=a%40x.example">go</a><p>${block('a@x.example, b@y.example')}</p><a href="mailto:b@y.example">b@y.example</a>`;
    const found = inHtml(html);
    expect(found.htmlList?.addresses).toEqual(both);
    expect(found.html).toBe(
      '<div style="display:none"></div><p>hi</p><a>go</a><p></p><a href="mailto:b@y.example">b@y.example</a>',
    );
  });

  it('an address in angle brackets that was not escaped is a tag: not seen, not read, and gone', () => {
    const found = inHtml(`<p>${block('Ann <c@z.example>, a@x.example')}</p>`);
    expect(found.htmlList).toEqual({ addresses: ['a@x.example'], refusedCount: 1 });
    expect(found.html).toBe('<p></p>');
  });

  it('a marker as the name of a tag does not remain', () => {
    expect(inHtml(`<p><x${marker}>y</p>`).html).toBe('<p>y</p>');
  });

  it('a link around the whole block loses its address', () => {
    expect(inHtml(`<p><a href="mailto:a@x.example">${block('a@x.example')}</a></p>`).html).toBe('<p><a></a></p>');
  });

  it('a marker that forms anew when tags and blocks go does not remain', () => {
    const found = inHtml(`<p>&#58;Email_R${block('a@x.example')}<b>xers</b>_Code:</p>`);
    expect(found.html?.replace(/<[^>]*>|\s/g, '').toLowerCase()).not.toContain('email_rxers');
  });

  it('a marker of markup characters is found as a reader sees it', () => {
    const found = findRecipients({ html: '<p>&lt;&lt;TO&gt;&gt;a@x.example&lt;&lt;to&gt;&gt;</p>', marker: '<<TO>>' });
    expect(found.htmlList?.addresses).toEqual(['a@x.example']);
    expect(found.html).toBe('<p></p>');
  });

  it('HTML without the marker is given back as it is', () => {
    const html = '<!doctype html><p style="display:none">a@x.example</p><a href="mailto:b@y.example">B</a>&nbsp;<br/>';
    expect(inHtml(html)).toEqual({ html, openMarker: false });
  });

  it('text and HTML are read apart', () => {
    const found = findRecipients({ text: block('a@x.example'), html: `<b>${block('b@y.example')}</b>`, marker });
    expect(found.textList?.addresses).toEqual(['a@x.example']);
    expect(found.htmlList?.addresses).toEqual(['b@y.example']);
  });
});
