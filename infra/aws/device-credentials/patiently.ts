export interface Patience {
  readonly attempts: number;
  readonly pauseMs: number;
  readonly pause: (ms: number) => Promise<void>;
}

/** Asks again while the answer is no: a new access key is known everywhere some seconds after IAM made it. */
export async function patiently(ask: () => Promise<boolean>, patience: Patience): Promise<boolean> {
  for (let attempt = 1; attempt <= patience.attempts; attempt += 1) {
    if (attempt > 1) await patience.pause(patience.pauseMs);
    if (await ask()) return true;
  }
  return false;
}
