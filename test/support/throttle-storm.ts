import { openOutboundDesk } from './outbound-desk.ts';
import type { SesBehaviour } from './ses-endpoint.ts';

export interface StormOptions {
  readonly jobs: number;
  /** How long SES refuses everything as too fast; simulated seconds. */
  readonly stormSeconds: number;
  /** Sends a second that SES allows, and that the relay is told. */
  readonly rate: number;
}

export interface StormResult {
  readonly sent: number;
  readonly posts: number;
  readonly refused: number;
  /** The most POSTs in any window of one simulated second. */
  readonly mostPerSecond: number;
  /** POSTs that came too fast although there was no storm. */
  readonly tooFast: number;
  readonly deadLetters: number;
  readonly attemptsOfRecords: number;
  readonly accepted: number;
  readonly simulatedSeconds: number;
}

const tooManyRequests: SesBehaviour = {
  do: 'error',
  status: 429,
  name: 'TooManyRequestsException',
  message: 'Maximum sending rate exceeded.',
};
const longestSimulatedSeconds = 4 * 3600;

/** All jobs are there at once, and SES refuses everything for a while: what becomes of them, by the judge's own count. */
export async function runThrottleStorm({ jobs, stormSeconds, rate }: StormOptions): Promise<StormResult> {
  const desk = await openOutboundDesk({ sendsPerSecond: rate }, { batchSize: 1 });
  const { timer } = desk.time;
  const times: number[] = [];
  let [refused, tooFast, mostPerSecond, first] = [0, 0, 0, 0];
  desk.ses.behave(() => {
    const now = timer.monotonicMs();
    times.push(now);
    while (now - (times[first] ?? now) >= 1000) first += 1;
    const inWindow = times.length - first;
    mostPerSecond = Math.max(mostPerSecond, inWindow);
    const storm = now < stormSeconds * 1000;
    if (!storm && inWindow > rate) tooFast += 1;
    if (!storm && inWindow <= rate) return { do: 'accept' };
    refused += 1;
    return tooManyRequests;
  });
  try {
    const ids = await desk.submit(jobs);
    await desk.drain();
    const accepted = () => times.length - refused;
    while (accepted() < jobs && timer.monotonicMs() < longestSimulatedSeconds * 1000) {
      await timer.wait(1000);
      await desk.pass(0);
    }
    const emails = await Promise.all(ids.map((id) => desk.email(id)));
    return {
      sent: emails.filter(({ state }) => state === 'sent').length,
      posts: desk.ses.requestCount(),
      ...{ refused, tooFast, mostPerSecond },
      deadLetters: await desk.stores.deadLetters.count('outbound'),
      attemptsOfRecords: emails.reduce((sum, { attempts }) => sum + attempts, 0),
      accepted: accepted(),
      simulatedSeconds: Math.round(timer.monotonicMs() / 1000),
    };
  } finally {
    await desk.close();
  }
}
