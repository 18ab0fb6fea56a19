import type { Timer } from '../ports/timer.ts';

/** A place in the row of sends. */
export interface Slot {
  /** Resolved when the send may begin. */
  ready(): Promise<void>;
  /** Gives a place back that is not used. */
  release(): void;
}

/** Keeps the sends of one process under a rate. */
export interface Pace {
  /** A place that comes within `withinMs`, or how long one would have to be waited for. */
  reserve(withinMs: number): Slot | { readonly waitMs: number };
}

const free: Slot = { ready: async () => undefined, release() {} };

/**
 * Spaces sends evenly, so that no window of one second ever holds more than the rate: a bucket that saves up would
 * let twice the rate through in its first second. A share above one is cut to a whole number, because shares of
 * several processes add up to the account's rate in every window only as whole numbers.
 * @param sendsPerSecond this process's share of the account's rate; absent: no limit
 * @see https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas.html
 */
export function createPace(timer: Timer, sendsPerSecond?: number): Pace {
  if (sendsPerSecond === undefined) return { reserve: () => free };
  const spacingMs = 1000 / (sendsPerSecond >= 1 ? Math.floor(sendsPerSecond) : sendsPerSecond);
  let lastMs = Number.NEGATIVE_INFINITY;
  let reserved = 0;
  let row: Promise<void> = Promise.resolve();

  const turn = async () => {
    // Measured from when the last send really began: a late one must not be followed by a crowd.
    for (let restMs = spacing(); restMs > 0; restMs = spacing()) await timer.wait(restMs);
    lastMs = timer.monotonicMs();
    reserved -= 1;
  };
  const spacing = () => lastMs + spacingMs - timer.monotonicMs();

  return {
    reserve(withinMs) {
      const waitMs = Math.max(0, spacing()) + reserved * spacingMs;
      if (waitMs > withinMs) return { waitMs };
      reserved += 1;
      let used = false;
      return {
        ready() {
          used = true;
          row = row.then(turn);
          return row;
        },
        release() {
          if (!used) reserved -= 1;
          used = true;
        },
      };
    },
  };
}
