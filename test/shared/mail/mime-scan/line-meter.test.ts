import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineMeter } from '../../../../shared/mail/mime-scan/line-meter.ts';
import { chunkSizes, cut } from '../../../fixtures/mail/generated-mail.ts';

function isOver(text: string, sizes: readonly number[]): boolean {
  const meter = createLineMeter(5);
  for (const chunk of cut(Buffer.from(text), sizes)) meter.add(chunk);
  return meter.isOver;
}

describe('createLineMeter', () => {
  it.each([
    ['12345\r\n12345\r\n', false],
    ['123456\n', false],
    ['1234567\n', true],
    ['\n\n\n\n\n\n\n\n', false],
    ['1234567', true],
  ])('C9 judges %j: over %s', (text, over) => {
    expect([isOver(text, [65536]), isOver(text, [1])]).toEqual([over, over]);
  });

  it('C9 judges as a search line by line does, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'aa', 'aaaaa', '\n'), { maxLength: 30 }),
        chunkSizes,
        (pieces, sizes) => {
          const text = pieces.join('');
          expect(isOver(text, sizes)).toBe(text.split('\n').some(({ length }) => length > 6));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
