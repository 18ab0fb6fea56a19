import { describe, expect, it } from 'vitest';
import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import { planRetry } from '../../../shared/outbound/retry-plan.ts';

describe('planRetry', () => {
  it('B9 does not count what the rate, the quota or the account forbids', () => {
    for (const code of ['ERR_SEND_THROTTLED', 'ERR_SEND_QUOTA', 'ERR_SEND_PAUSED', 'ERR_CREDENTIALS'] as const) {
      expect(planRetry(new TransientMailError(code, 'no'), 1, 0).counts).toBe(false);
    }
    expect(planRetry(new TransientMailError('ERR_SEND_TEMPORARY', 'no'), 1, 0).counts).toBe(true);
  });

  it('spreads throttled sends over 1 to 31 s', () => {
    const delays = [0, 0.5, 1].map(
      (spread) => planRetry(new TransientMailError('ERR_SEND_THROTTLED', 'no'), 1, spread).delaySeconds,
    );
    expect(delays).toEqual([1, 16, 31]);
  });

  it('waits longer after each attempt, up to 15 min', () => {
    const delays = [1, 2, 3, 4, 9].map((attempts) => planRetry(new Error('odd'), attempts, 0).delaySeconds);
    expect(delays).toEqual([10, 60, 300, 900, 900]);
  });

  it('waits as long as the answer asks for', () => {
    const asked = new TransientMailError('ERR_SEND_QUOTA', 'no', { retryAfterSeconds: 1800 });
    expect(planRetry(asked, 1, 1)).toEqual({ code: 'ERR_SEND_QUOTA', delaySeconds: 1800, counts: false });
  });
});
