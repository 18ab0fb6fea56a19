const pollMs = 20;

/**
 * Waits until the probe gives something other than `undefined` or `false`, and hands it on.
 * Throws, with the name of what was waited for, after `timeoutMs`.
 */
export async function until<Result>(
  what: string,
  probe: () => Promise<Result | undefined | false> | Result | undefined | false,
  timeoutMs = 15_000,
): Promise<Result> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
