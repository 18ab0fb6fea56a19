import { setTimeout as delay } from 'node:timers/promises';
import type { Timer } from '../ports/timer.ts';

/**
 * The process's own monotonic clock. A wait keeps the process alive: Lambda takes an event loop that runs empty for
 * the end of the invocation, and its answer, `null`, for success.
 */
export const systemTimer: Timer = {
  monotonicMs: () => performance.now(),
  wait: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};
