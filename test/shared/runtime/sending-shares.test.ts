import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { functions } from '../../../infra/topology.ts';
import { shareSendRate } from '../../../shared/runtime/sending-shares.ts';

describe('shareSendRate', () => {
  it.each([
    [1, 2, 0.5],
    [2, 2, 1],
    [3, 3, 1],
    [4, 2, 2],
    [5, 5, 1],
    [14, 7, 2],
    [15, 5, 3],
    [50, 25, 2],
    [200, 100, 2],
    [5000, 1000, 5],
    [100_000, 1000, 100],
  ])('%d a second are %d processes at %d', (rate, senders, sendsPerSecond) => {
    expect(shareSendRate(rate)).toEqual({ senders, sendsPerSecond });
  });

  it("gives the topology's own number for SES's usual rate", () => {
    expect(shareSendRate(14).senders).toBe(functions['outbound-relay'].source?.maxConcurrency);
  });

  it('B9 never gives more than the rate, loses at most a tenth of it, and stays within what an event source takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (rate) => {
        const { senders, sendsPerSecond } = shareSendRate(rate);
        expect(senders).toBeGreaterThanOrEqual(2);
        expect(senders).toBeLessThanOrEqual(1000);
        expect(senders * sendsPerSecond).toBeLessThanOrEqual(rate);
        expect(senders * sendsPerSecond).toBeGreaterThanOrEqual(0.9 * rate);
        if (rate > 1) expect(Number.isInteger(sendsPerSecond)).toBe(true);
      }),
    );
  });
});
