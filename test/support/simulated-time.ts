import type { Timer } from '../../shared/ports/timer.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

/** Time that passes only when someone waits, and then at once: hours in milliseconds, the same in every run. */
export interface SimulatedTime {
  readonly clock: ManualClock;
  readonly timer: Timer;
}

/** One clock for the time of day and the monotonic one, which move together by whole milliseconds. */
export function createSimulatedTime(clock: ManualClock = createManualClock()): SimulatedTime {
  let elapsedMs = 0;
  return {
    clock,
    timer: {
      monotonicMs: () => elapsedMs,
      wait: async (ms) => {
        // As a real timer, which never ends before its time and counts in whole milliseconds.
        const step = Math.ceil(ms);
        elapsedMs += step;
        clock.advance(step / 1000);
      },
    },
  };
}
