import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPace, type Pace, type Slot } from '../../../shared/outbound/pace.ts';
import { systemTimer } from '../../../shared/runtime/system-timer.ts';
import { createSimulatedTime } from '../../support/simulated-time.ts';

/** The most that any window of one second holds, both ends of it included on one side only. */
function mostPerSecond(timesMs: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; last < timesMs.length; last += 1) {
    while (timesMs[last]! - timesMs[first]! >= 1000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const place = (pace: Pace, withinMs = Number.POSITIVE_INFINITY) => pace.reserve(withinMs) as Slot;

describe('createPace', () => {
  it('F17 10,000 jobs at 14/s never pass 14 in any window of one second, and all of them go', async () => {
    const { timer } = createSimulatedTime();
    const pace = createPace(timer, 14);
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: 10_000 }, async () => {
        await place(pace).ready();
        times.push(timer.monotonicMs());
      }),
    );
    expect(times).toHaveLength(10_000);
    expect(mostPerSecond(times)).toBe(14);
    expect(timer.monotonicMs()).toBeLessThan((10_000 / 14) * 1000 * 1.02);
  });

  it('F17 whatever time passes between sends, no window of one second passes the rate', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 60 }),
        async (rate, gaps) => {
          const { timer } = createSimulatedTime();
          const pace = createPace(timer, rate);
          const times: number[] = [];
          for (const gap of gaps) {
            await timer.wait(gap);
            const pair = [place(pace), place(pace)];
            for (const slot of pair) {
              await slot.ready();
              times.push(timer.monotonicMs());
            }
          }
          expect(mostPerSecond(times)).toBeLessThanOrEqual(rate);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('shares of several processes never add up to more than the rate: a share above one is cut to a whole number', async () => {
    const times: number[] = [];
    for (let process = 0; process < 5; process += 1) {
      const { timer } = createSimulatedTime();
      await timer.wait(process * 37);
      const pace = createPace(timer, 14 / 5);
      for (let sent = 0; sent < 100; sent += 1) {
        await place(pace).ready();
        times.push(timer.monotonicMs());
      }
    }
    expect(mostPerSecond(times.sort((a, b) => a - b))).toBeLessThanOrEqual(14);
  });

  it('a late send is not followed by a crowd: the spacing counts from when it really began', async () => {
    const pace = createPace(systemTimer, 100);
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        await place(pace).ready();
        times.push(systemTimer.monotonicMs());
        if (index === 5) while (systemTimer.monotonicMs() - times[5]! < 50);
      }),
    );
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    expect(Math.min(...gaps)).toBeGreaterThan(9);
  });

  it('says how long the wait would be instead of giving a place that comes too late', async () => {
    const { timer } = createSimulatedTime();
    const pace = createPace(timer, 0.5);
    await place(pace).ready();
    const second = place(pace, 2000);
    expect(pace.reserve(3999)).toEqual({ waitMs: 4000 });
    second.release();
    second.release();
    await place(pace, 2000).ready();
    expect(timer.monotonicMs()).toBe(2000);
  });

  it('without a rate lets everything go at once', async () => {
    const pace = createPace(systemTimer);
    for (let sent = 0; sent < 1000; sent += 1) await place(pace, 0).ready();
  });
});
