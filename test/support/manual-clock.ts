import type { Clock } from '../../shared/ports/platform.ts';

/** A clock that only moves when it is told to. */
export interface ManualClock extends Clock {
  advance(seconds: number): void;
}

export function createManualClock(start = '2026-11-22T08:00:00.000Z'): ManualClock {
  let now = Date.parse(start);
  return {
    now: () => new Date(now),
    advance: (seconds) => {
      now += seconds * 1000;
    },
  };
}
