import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isArmouredMessage, isClearSigned, removeClearSignatures } from '../../../../shared/mail/offload/pgp-armour.ts';

const signature = '-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----';
const signed = (content: string, hash = 'Hash: SHA512\n') =>
  `-----BEGIN PGP SIGNED MESSAGE-----\n${hash}\n${content}\n${signature}`;

describe('isArmouredMessage', () => {
  const armour = '-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----';

  it.each([
    ['the whole text', armour, true],
    ['white space around', `\n \n${armour}\n\n`, true],
    ['words before', `Hello\n${armour}`, false],
    ['words behind', `${armour}\nHello`, false],
    ['no end', armour.slice(0, 40), false],
    ['a quoted one', `> ${armour}`, false],
  ])('C22 %s', (_what, text, expected) => {
    expect(isArmouredMessage(text)).toBe(expected);
  });
});

describe('removeClearSignatures', () => {
  it.each([
    ['one message', signed('Hello\nthere'), 'Hello\nthere'],
    ['dash escapes', signed('- -----BEGIN X-----\n- - item\nplain'), '-----BEGIN X-----\n- item\nplain'],
    ['no Hash header', signed('Hello', ''), 'Hello'],
    ['text around', `before\n${signed('Hello')}\nafter`, 'before\nHello\nafter'],
    ['two messages', `${signed('one')}\n${signed('two')}`, 'one\ntwo'],
    ['blank lines in it', signed('a\n\n\nb'), 'a\n\n\nb'],
  ])('C21 %s', (_what, text, expected) => {
    expect(removeClearSignatures(text)).toBe(expected);
    expect(isClearSigned(text)).toBe(true);
  });

  it.each([
    ['no armour', 'Hello'],
    ['a signature that does not end', signed('Hello').replace('-----END PGP SIGNATURE-----', '')],
    ['a signature among the headers', `-----BEGIN PGP SIGNED MESSAGE-----\nHash: x\n${signature}`],
    ['a quoted message', signed('Hello').replaceAll(/^/gm, '> ')],
  ])('C21 leaves %s alone', (_what, text) => {
    expect(removeClearSignatures(text)).toBeUndefined();
  });

  it('C21 property: gives back what was signed, dashes and all', () => {
    const line = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('- x', '-----BEGIN PGP SIGNATURE-----', ''));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        const content = lines.join('\n').replaceAll('\r', '');
        const escaped = content.replaceAll(/^-/gm, '- -');
        expect(removeClearSignatures(signed(escaped))).toBe(content);
      }),
    );
  });

  it('takes time in proportion to the text, whatever it repeats', () => {
    const began = performance.now();
    removeClearSignatures(`${'-----BEGIN PGP SIGNED MESSAGE-----\n'.repeat(60_000)}${signature}`);
    removeClearSignatures(
      `${'-----BEGIN PGP SIGNED MESSAGE-----\n-----BEGIN PGP SIGNATURE-----\n'.repeat(60_000)}${signature}`,
    );
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
