import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRecipients } from '../../../../shared/mail/recipients/find-recipients.ts';

const marker = ':Email_Rxers_Code:';
const bare = 'email_rxers_code';

const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const address = fc.tuple(word, word, word).map(([local, host, top]) => `${local}@${host}.${top}.example`);
const addresses = fc.uniqueArray(address, { minLength: 1, maxLength: 20 });
const separator = fc.constantFrom(',', ';', ' ', '\n', ', ', ';\r\n', ' , ');
const display = fc.constantFrom(
  (one: string) => one,
  (one: string) => `<${one}>`,
  (one: string) => `Ann B <${one}>`,
  (one: string) => `"B, Ann; \u00fc" <${one}>`,
  (one: string) => `mailto:${one}`,
);
const markerCase = fc.constantFrom(marker, marker.toLowerCase(), marker.toUpperCase());
const brackets = fc.constantFrom(['', ''], ['[', ']'], [' [ ', ' ]\n']);
const around = fc.string({ unit: 'grapheme', maxLength: 80 });

const listText = fc
  .record({ all: addresses, separator, display, open: markerCase, close: markerCase, brackets })
  .map(({ all, separator: between, display: show, open, close, brackets: [left, right] }) => ({
    all,
    text: `${open}${left}${all.map(show).join(between)}${right}${close}`,
  }));

const piece = fc.constantFrom(
  '<p>',
  '</p>',
  '<b>',
  '</b>',
  '<br>',
  '<!-- x -->',
  '<i class="k">',
  '</i>',
  '&amp;',
  '&nbsp;',
  'text ',
  '<a href="https://z.example/a?b=c">',
  '</a>',
  '<td>',
  '</div>',
  '<img src="cid:1">',
);
const htmlAround = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

function squeezed(text: string | undefined): string {
  return (text ?? '').replace(/[\s\p{Cf}]/gu, '').toLowerCase();
}

describe('findRecipients, any list', () => {
  it('C35 C33 all addresses of a text list are found in order, and nothing of it remains', () => {
    fc.assert(
      fc.property(around, listText, around, (before, list, after) => {
        const found = findRecipients({ text: before + list.text + after, marker });
        expect(found.textList).toEqual({ addresses: list.all, refusedCount: 0 });
        expect(squeezed(found.text)).not.toContain(bare);
        expect(squeezed(found.text)).toBe(squeezed(before + after));
      }),
      { numRuns: 300 },
    );
  });

  it('C31 all addresses of an HTML list are found, and neither they nor the marker remain', () => {
    const tag = (one: string) => `<a href="mailto:${one}"><b>${one.replace('@', '&#64;')}</b></a>`;
    fc.assert(
      fc.property(
        htmlAround,
        addresses,
        fc.constantFrom(',', '; ', '<br>', '</p><p>', '&nbsp;'),
        htmlAround,
        (...all) => {
          const [before, list, between, after] = all;
          const html = `${before}:Email_<i>Rxers</i>_Code&#58;[${list.map(tag).join(between)}]${marker}${after}`;
          const found = findRecipients({ html, marker });
          expect(found.htmlList).toEqual({ addresses: list, refusedCount: 0 });
          const rest = squeezed(found.html);
          expect(rest).not.toContain('rxers');
          for (const one of list) expect(rest).not.toContain(one);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('C31 the marker never remains, however its pieces are strewn over text and HTML', () => {
    const shard = fc.constantFrom(
      marker,
      marker.toUpperCase(),
      ':Email_',
      'Rxers_Code:',
      ':Email_R',
      'xers_Code:',
      '&#58;Email_Rxers_Code&#58;',
      '<b>',
      '</b>',
      '<!--',
      '-->',
      '<p title="',
      '">',
      "'",
      '<script>',
      '</script>',
      '<div hidden>',
      '</div>',
      '\n',
      '\u200b',
      'a@x.example',
      '<',
      '>',
      '&',
      'x',
    );
    fc.assert(
      fc.property(fc.array(shard, { maxLength: 25 }), (shards) => {
        const source = shards.join('');
        const found = findRecipients({ text: source, html: source, marker });
        expect(squeezed(found.text)).not.toContain(marker.toLowerCase());
        expect(squeezed(found.html)).not.toContain(marker.toLowerCase());
        const again = findRecipients({ text: found.text ?? '', html: found.html ?? '', marker });
        expect(again.openMarker).toBe(false);
        expect(again.textList).toBeUndefined();
        expect(again.htmlList).toBeUndefined();
        expect(again.html).toBe(found.html);
      }),
      { numRuns: 2000 },
    );
  });
});
