import { describe, expect, it } from 'vitest';
import { decodeEncodedWords } from '../../../../shared/adapters/mail/parser-encoded-words.ts';

describe('decodeEncodedWords', () => {
  it.each([
    ['=?iso-8859-1?Q?Gr=FC=DFe?=', 'Grüße'],
    ['=?iso-8859-1?Q?Grüße_aus?= =?iso-8859-1?Q?_K=F6ln?=', 'Grüße aus Köln'],
    ['=?utf-8?q?ü?= =?utf-8?q?ä?=', 'üä'],
    ['=?iso-8859-1?Q?J=FCrgen_Schmürgen?=', 'Jürgen Schmürgen'],
    ['Grüße =?utf-8?B?w6Q=?=', 'Grüße ä'],
    ['no word =?at all', 'no word =?at all'],
  ])('C16 decodes %j', (text, decoded) => {
    expect(decodeEncodedWords(text)).toBe(decoded);
  });

  it.each(['=?a?q?'.repeat(60_000), '=?a?q?ü'.repeat(60_000), `=?a?q?${'ü'.repeat(100_000)}`, 'ü?='.repeat(100_000)])(
    'C11 stays linear on bait %#',
    (bait) => {
      const started = performance.now();
      decodeEncodedWords(bait);
      expect(performance.now() - started).toBeLessThan(1000);
    },
  );
});
