import type { ErrorCode } from '../errors/codes.ts';
import { TransientMailError, toErrorCode } from '../errors/mail-error.ts';

/** When and how a refused attempt is tried again. */
export interface RetryPlan {
  readonly code: ErrorCode;
  readonly delaySeconds: number;
  /** Whether the attempt counts: what the account or the rate forbids says nothing about this mail. */
  readonly counts: boolean;
}

/** Faults of the account, the rate or the configuration: waited for as long as they last, never spent as attempts. */
const uncounted: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_SEND_THROTTLED',
  'ERR_SEND_QUOTA',
  'ERR_SEND_PAUSED',
  'ERR_CREDENTIALS',
]);

/** Waits after the first, second … counted attempt; unit: seconds. The last one repeats. */
const countedDelays = [10, 60, 300, 900] as const;
const throttleSpreadSeconds = 30;

/**
 * @param attempts attempts begun so far, this one included
 * @param spread a number from 0 to 1 that keeps senders from coming back all at once
 */
export function planRetry(error: unknown, attempts: number, spread: number): RetryPlan {
  const code = toErrorCode(error);
  const asked = error instanceof TransientMailError ? error.retryAfterSeconds : undefined;
  const counts = !uncounted.has(code);
  if (code === 'ERR_SEND_THROTTLED') {
    return { code, counts, delaySeconds: asked ?? 1 + Math.round(spread * throttleSpreadSeconds) };
  }
  const usual = countedDelays[Math.min(attempts, countedDelays.length) - 1] ?? countedDelays[0];
  return { code, counts, delaySeconds: asked ?? Math.round(usual * (1 + spread / 4)) };
}
