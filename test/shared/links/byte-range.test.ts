import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseByteRange } from '../../../shared/links/byte-range.ts';

describe('parseByteRange', () => {
  it.each([
    ['bytes=0-0', 10, { firstByte: 0, lastByte: 0 }],
    ['bytes=2-5', 10, { firstByte: 2, lastByte: 5 }],
    ['bytes=2-', 10, { firstByte: 2, lastByte: 9 }],
    ['bytes=2-99', 10, { firstByte: 2, lastByte: 9 }],
    ['bytes=-3', 10, { firstByte: 7, lastByte: 9 }],
    ['bytes=-99', 10, { firstByte: 0, lastByte: 9 }],
    ['Bytes=1-2', 10, { firstByte: 1, lastByte: 2 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-5', 0, 'unsatisfiable'],
    ['bytes=5-2', 10, undefined],
    ['bytes=-', 10, undefined],
    ['bytes=0-1,3-4', 10, undefined],
    ['lines=0-1', 10, undefined],
    ['bytes=a-b', 10, undefined],
    ['bytes=0x1-2', 10, undefined],
    [undefined, 10, undefined],
  ])('E11 reads %j of %d bytes as %j', (field, sizeBytes, expected) => {
    expect(parseByteRange(field, sizeBytes)).toEqual(expected);
  });

  it('E11 never gives a byte that does not exist, whatever the field', () => {
    const field = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
      fc.nat().map((n) => `bytes=-${n}`),
    );
    fc.assert(
      fc.property(field, fc.nat(1_000_000), (text, sizeBytes) => {
        const range = parseByteRange(text, sizeBytes);
        if (range === undefined || range === 'unsatisfiable') return true;
        return 0 <= range.firstByte && range.firstByte <= range.lastByte && range.lastByte < sizeBytes;
      }),
    );
  });
});
