import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInboundEvent } from '../../../shared/contracts/inbound-event.ts';
import { toReplayEvent } from '../../../shared/contracts/replay-event.ts';

describe('the event of a replay', () => {
  it('is read as the arrival of the same object, whatever its key', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }).filter((text) => !text.includes('/'));
    fc.assert(
      fc.property(name, (id) => {
        const object = { bucket: 'raw', key: `raw/default/${id}`, sizeBytes: 5, eTag: 'e1' };
        const { arrivals } = parseInboundEvent(toReplayEvent(object, new Date(0)));
        expect(arrivals).toEqual([object]);
      }),
    );
  });
});
