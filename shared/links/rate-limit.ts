import type { Clock } from '../ports/platform.ts';

export interface RateLimitSettings {
  /** What one key may do at once, after a rest. */
  readonly burst: number;
  /** What it gains back each second. */
  readonly perSecond: number;
}

export interface RateLimit {
  /** Takes one; answers the seconds to wait when there is none left, else 0. */
  take(key: string): number;
}

/** More keys than this at once are forgotten, the least recently seen first: memory stays bounded. */
const mostKeys = 20_000;

/** A bucket of tokens for each key, in memory: one process, or one instance of a function, counts for itself. */
export function createRateLimit(clock: Clock, { burst, perSecond }: RateLimitSettings): RateLimit {
  const buckets = new Map<string, { left: number; atMs: number }>();
  return {
    take(key) {
      const atMs = clock.now().getTime();
      const known = buckets.get(key);
      const gained = known === undefined ? burst : known.left + (Math.max(0, atMs - known.atMs) / 1000) * perSecond;
      const left = Math.min(burst, gained);
      buckets.delete(key);
      if (buckets.size >= mostKeys) forgetOldest(buckets);
      const isGiven = left >= 1;
      buckets.set(key, { left: isGiven ? left - 1 : left, atMs });
      return isGiven ? 0 : Math.ceil((1 - left) / perSecond);
    },
  };
}

function forgetOldest(buckets: Map<string, unknown>): void {
  const oldest = buckets.keys().next();
  if (oldest.done !== true) buckets.delete(oldest.value);
}
