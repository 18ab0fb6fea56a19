import { recordEvent } from '../../shared/engagement/record-event.ts';
import { sweepOrphans } from '../../shared/engagement/sweep-orphans.ts';
import type { JobQueue } from '../../shared/ports/job-queue.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import { pollEvents } from '../../shared/relay/poll-events.ts';
import { systemClock } from '../../shared/runtime/ids.ts';
import type { Records } from '../../shared/runtime/records.ts';
import { systemTimer } from '../../shared/runtime/system-timer.ts';

export interface BackgroundParts {
  readonly records: Records;
  /** SES's events; absent where another process records them. */
  readonly queue: JobQueue | undefined;
  /** What the store needs done every few seconds. */
  readonly settle: () => Promise<unknown>;
  readonly log: Logger;
}

/** Work that goes on beside the requests. */
export interface BackgroundWork {
  /** Rejects when the work cannot go on: the process has to end. Resolved once it was stopped. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const settleEveryMs = 5_000;
const sweepEveryMs = 60_000;

/** Records the events of the queue, where there is one, and looks after what waits in the store. */
export function startBackground({ records, queue, settle, log }: BackgroundParts): BackgroundWork {
  const stopping = new AbortController();
  const { signal } = stopping;
  const ports = { ...records, clock: systemClock, log };
  const record = (body: string) => recordEvent(ports, body);
  const sweep = async () => {
    if (queue !== undefined) await sweepOrphans(ports);
    await records.outbox?.sweep();
  };
  const all = [
    repeat(settle, settleEveryMs, 'the store could not be settled', log, signal),
    repeat(sweep, sweepEveryMs, 'waiting events could not be swept', log, signal),
    ...(queue === undefined ? [] : [pollEvents({ queue, record, wait: systemTimer.wait, log }, signal)]),
  ];
  const ended = Promise.all(all).then(() => undefined);
  // A failure is the supervisor's to see; until someone waits for it, it must not count as unhandled.
  ended.catch(() => undefined);
  return {
    ended,
    async stop() {
      stopping.abort();
      await Promise.allSettled(all);
      await records.outbox?.settle();
    },
  };
}

/** At once and then by the clock; what fails is logged, and tried again the next time. */
async function repeat(
  work: () => Promise<unknown>,
  everyMs: number,
  whenItFails: string,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await work().catch((error: unknown) => log.error(whenItFails, error));
    await systemTimer.wait(everyMs, signal);
  }
}
