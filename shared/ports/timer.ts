/** Time that only moves forward, whatever becomes of the time of day: for waits, paces and deadlines within one process. */
export interface Timer {
  /** Milliseconds since a start of its own; never less than before. */
  monotonicMs(): number;
  /** Resolved after so many milliseconds, or as soon as `signal` aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}
