import { describe, expect, it } from 'vitest';
import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import { planRetry } from '../../../shared/outbound/retry-plan.ts';

describe('planRetry', () => {
  it('B9 does not count what the rate, the quota or the account forbids', () => {
    for (const code of [
      'ERR_SEND_THROTTLED',
      'ERR_SEND_QUOTA',
      'ERR_SEND_PAUSED',
      'ERR_CREDENTIALS',
      'ERR_SENDER_NOT_VERIFIED',
      'ERR_CONFIGURATION_SET',
    ] as const) {
      expect(planRetry(new TransientMailError(code, 'no'), 1, 0).counts).toBe(false);
    }
    expect(planRetry(new TransientMailError('ERR_SEND_TEMPORARY', 'no'), 1, 0).counts).toBe(true);
  });

  it('spreads throttled sends over 1 to 30 s', () => {
    const delays = [0, 0.5, 1].map(
      (spread) => planRetry(new TransientMailError('ERR_SEND_THROTTLED', 'no'), 1, spread).delaySeconds,
    );
    expect(delays).toEqual([1, 16, 30]);
  });

  it('waits longer after each attempt: five outlast an hour', () => {
    const delays = [1, 2, 3, 4, 9].map((attempts) => planRetry(new Error('odd'), attempts, 0).delaySeconds);
    expect(delays).toEqual([10, 120, 900, 2700, 2700]);
  });

  it('does not spend its attempts within minutes because a short wait is asked for', () => {
    const asked = new TransientMailError('ERR_SEND_UNREACHABLE', 'no', { retryAfterSeconds: 5 });
    expect(planRetry(asked, 3, 0).delaySeconds).toBe(900);
  });

  it('waits as long as the answer asks for', () => {
    const asked = new TransientMailError('ERR_SEND_QUOTA', 'no', { retryAfterSeconds: 1800 });
    expect(planRetry(asked, 1, 1)).toEqual({ code: 'ERR_SEND_QUOTA', delaySeconds: 1800, counts: false });
  });
});
