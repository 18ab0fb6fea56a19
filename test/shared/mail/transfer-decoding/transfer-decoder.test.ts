import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTransferDecoder } from '../../../../shared/mail/transfer-decoding/transfer-decoder.ts';
import { chunkSizes, cut } from '../../../fixtures/mail/generated-mail.ts';

function decode(encoding: string, text: string | Buffer, sizes: readonly number[] = [65536]) {
  const decoder = createTransferDecoder(encoding);
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const pieces = cut(bytes, sizes).map((chunk) => decoder.push(chunk));
  const out = Buffer.concat([...pieces, decoder.end()]);
  const { isDamaged, isIncomplete } = decoder.outcome;
  return { text: out.toString('latin1'), isDamaged, isIncomplete };
}

describe('createTransferDecoder', () => {
  it.each([
    ['SGVs\r\nbG8=', 'Hello', false, false],
    ['SGVsbG8', 'Hello', false, true],
    ['SGV sbG8=\t\r\n', 'Hello', false, false],
    ['SGVs*bG8=', 'Hello', true, false],
    ['SGVsbG8=SGVsbG8=', 'HelloHello', true, false],
    ['SGVsbG8=\r\nSGVs\r\nbG8=\r\n', 'HelloHello', true, false],
    ['SGVsbG8=\r\n\r\n_____\r\nA list\r\n', 'Hello\n_____\r\nA list\r\n', true, false],
    ['SGVsbG8= for you', 'Hello\nfor you', true, false],
    [`SGVsbG8=\n${'-'.repeat(1500)}\nSGVs`, `Hello\n${'-'.repeat(1500)}\nSGVs`, true, false],
    ['\r\n This is an attachment\r\nof ours\r\n', 'This is an attachment\r\nof ours\r\n', true, false],
    [`SGVs${`${'A'.repeat(73)} `.repeat(3)}`, `Hel${'\0'.repeat(164)}`, false, true],
    ['SGVsb', 'Hel', true, true],
    ['!!!!', '', true, false],
    ['', '', false, false],
  ])('C5 decodes base64 %j to %j (damaged %s, incomplete %s)', (input, text, isDamaged, isIncomplete) => {
    expect(decode('base64', input)).toEqual({ text, isDamaged, isIncomplete });
    expect(decode('base64', input, [1])).toEqual({ text, isDamaged, isIncomplete });
  });

  it.each([
    ['SGVs\r\nDear all, this is no base64', 5],
    ['  SGVs  \r\n\tbG8= \t\r\n', 0],
    ['SGVs bG8=\r\n', 1],
    ['SGVsbG8=\r\n-- a list of words\r\n', 0],
  ])('C5 counts the blanks between words of %j', (input, count) => {
    for (const size of [1, 100]) {
      const decoder = createTransferDecoder('base64');
      for (const chunk of cut(Buffer.from(input), [size])) decoder.push(chunk);
      decoder.end();
      expect(decoder.counts.wordGapCount).toBe(count);
    }
  });

  it.each([
    ['a=3Db=3d', 'a=b='],
    ['soft=\r\nbreak=\nhere', 'softbreakhere'],
    ['padded= \t\r\nbreak', 'paddedbreak'],
    ['trailing  \t\r\nnext ', 'trailing\r\nnext'],
    ['in  the middle', 'in  the middle'],
    ['odd =XY = =4', 'odd =XY = =4'],
    ['lone\rcr', 'lone\rcr'],
    [`long${' '.repeat(1500)}\r\nrun`, `long${' '.repeat(1500)}\r\nrun`],
  ])('decodes quoted-printable %j', (input, text) => {
    expect(decode('quoted-printable', input).text).toBe(text);
    expect(decode('quoted-printable', input, [1]).text).toBe(text);
  });

  it.each(['7bit', '8bit', 'binary', 'x-unknown'])('leaves %s as it is', (encoding) => {
    expect(decode(encoding, 'a=3D\r\n\0').text).toBe('a=3D\r\n\0');
  });

  it('gives the same bytes however the input is cut', () => {
    const input = fc.array(
      fc.constantFrom(
        '=',
        '=\r\n',
        '=4',
        'A',
        '1',
        ' ',
        '\t',
        '\r',
        '\n',
        '==',
        '*',
        'SGVs',
        ' '.repeat(999),
        'AAAA'.repeat(250),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(fc.constantFrom('base64', 'quoted-printable'), input, chunkSizes, (encoding, pieces, sizes) => {
        expect(decode(encoding, pieces.join(''), sizes)).toEqual(decode(encoding, pieces.join('')));
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['AA=', 'AA=\n', 'AA= ', '= = ', 'a b '])('C5 stays linear on base64 of %j', (unit) => {
    const body = unit.repeat(1_000_000);
    const started = performance.now();
    decode('base64', body);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('decodes what Buffer encodes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), chunkSizes, (bytes, sizes) => {
        const { text, isDamaged } = decode('base64', Buffer.from(bytes).toString('base64'), sizes);
        expect(Buffer.from(text, 'latin1').equals(Buffer.from(bytes))).toBe(true);
        expect(isDamaged).toBe(false);
      }),
    );
  });
});
