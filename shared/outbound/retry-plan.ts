import type { ErrorCode } from '../errors/codes.ts';
import { TransientMailError, toErrorCode } from '../errors/mail-error.ts';
import type { Clock } from '../ports/platform.ts';

/** When and how a refused attempt is tried again. */
export interface RetryPlan {
  readonly code: ErrorCode;
  readonly delaySeconds: number;
  /** Whether the attempt counts: what the account or the rate forbids says nothing about this mail. */
  readonly counts: boolean;
}

/** Faults of the account, the rate or the configuration: waited for, never spent as attempts. */
const uncounted: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_SEND_THROTTLED',
  'ERR_SEND_QUOTA',
  'ERR_SEND_PAUSED',
  'ERR_CREDENTIALS',
  'ERR_SENDER_NOT_VERIFIED',
  'ERR_CONFIGURATION_SET',
]);

/** Waits after the first, second … counted attempt; unit: seconds. Five attempts outlast an hour; the last one repeats. */
const countedDelays = [10, 120, 900, 2700] as const;
const throttleSpreadSeconds = 29;

/** An identity that is not verified is waited for a day: longer than anyone needs who was told; unit: seconds. */
export const givenUpAfterSeconds = 86_400;

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
  const planned = Math.round(usual * (1 + spread / 4));
  // A short wait that is asked for must not spend all attempts within minutes.
  return { code, counts, delaySeconds: counts ? Math.max(asked ?? 0, planned) : (asked ?? planned) };
}

/** A time so many seconds from now, ISO 8601. */
export function inSeconds(clock: Clock, seconds: number): string {
  return new Date(clock.now().getTime() + seconds * 1000).toISOString();
}

/** A steady number from 0 to 1 for each email and attempt: spreads retries without chance. */
export function spreadOf(emailId: string, attempts: number): number {
  let sum = attempts;
  for (const char of emailId) sum = (sum * 31 + char.charCodeAt(0)) % 1009;
  return sum / 1009;
}
