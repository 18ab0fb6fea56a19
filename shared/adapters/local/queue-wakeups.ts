/** Wakes the receivers of a queue that wait in this process. */
export interface QueueWakeups {
  /** Wakes all who wait, and counts, so that who is about to wait notices. */
  wake(): void;
  /** How often the queue was woken. */
  count(): number;
  /**
   * Waits for a wake-up after `seen`, for `waitMs` to pass, or for the signal, whichever is first.
   * The timer keeps the process alive.
   */
  wait(seen: number, waitMs: number, signal?: AbortSignal): Promise<void>;
}

/** setTimeout fires at once for longer waits than this. */
const longestTimerMs = 2_147_483_647;

export function createQueueWakeups(): QueueWakeups {
  const waiters = new Set<() => void>();
  let wakeCount = 0;
  return {
    wake() {
      wakeCount += 1;
      for (const resume of [...waiters]) resume();
    },
    count: () => wakeCount,
    wait(seen, waitMs, signal) {
      if (wakeCount !== seen || signal?.aborted === true || waitMs <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const resume = (): void => {
          clearTimeout(timer);
          waiters.delete(resume);
          signal?.removeEventListener('abort', resume);
          resolve();
        };
        const timer = setTimeout(resume, Math.min(Math.ceil(waitMs), longestTimerMs));
        waiters.add(resume);
        signal?.addEventListener('abort', resume);
      });
    },
  };
}
