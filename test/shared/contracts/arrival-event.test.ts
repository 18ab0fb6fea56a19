import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeEventKey, toArrivalEvent } from '../../../shared/contracts/arrival-event.ts';

/** As AWS's guide tells receivers to: `+` is a space, then percent, once. */
const decode = (key: string) => decodeURIComponent(key.replaceAll('+', ' '));

describe('toArrivalEvent', () => {
  it.each([
    ['raw/capture/01abc', 'raw/capture/01abc'],
    ['a b+c%25ü/(1).eml', 'a+b%2Bc%2525%C3%BC/%281%29.eml'],
  ])('A1 A2 writes the key %s as S3 does', (key, encoded) => {
    expect(encodeEventKey(key)).toBe(encoded);
  });

  it('A1 A2 every key comes back after one decoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (key) => {
        expect(decode(encodeEventKey(key))).toBe(key);
      }),
    );
  });

  it('gives later objects a greater sequencer of the same length', () => {
    const info = { key: 'k', sizeBytes: 1, etag: 'e', metadata: {}, modifiedAt: new Date() };
    const sequencerAt = (ms: number) =>
      JSON.parse(toArrivalEvent([info], { bucket: 'raw', at: new Date(ms), requestId: 'r' })).Records[0].s3.object
        .sequencer;

    fc.assert(
      fc.property(fc.nat(4e12), fc.nat(4e12), (one, other) => {
        expect(sequencerAt(one).length).toBe(sequencerAt(other).length);
        expect(sequencerAt(one) < sequencerAt(other)).toBe(one < other);
      }),
    );
  });
});
