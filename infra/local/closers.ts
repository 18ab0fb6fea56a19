/** How to close what has been opened, in the order of opening. */
export type Closers = ((graceMs: number) => Promise<unknown> | unknown)[];

/**
 * Closes the last opened first, all within the same grace. Goes on after one that fails, and throws its error at the
 * end.
 */
export async function closeAll(closers: Closers, graceMs: number): Promise<void> {
  const endsAtMs = performance.now() + graceMs;
  const faults: unknown[] = [];
  for (const close of closers.splice(0).reverse()) {
    try {
      await close(Math.max(0, endsAtMs - performance.now()));
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
}
