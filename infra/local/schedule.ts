import type { Logger } from '../../shared/ports/logger.ts';
import { pause, settlesWithin } from './wait.ts';

export interface ScheduleOptions {
  /** Stands in the log when a run fails. */
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<void>;
  readonly log: Logger;
}

export interface Schedule {
  /** Begins no further run; answers whether the last one ended within `graceMs`. */
  stop(graceMs: number): Promise<boolean>;
}

/** Runs again and again, never twice at once; the pause begins when a run has ended. A run that fails is logged. */
export function startSchedule(options: ScheduleOptions): Schedule {
  const stopping = new AbortController();
  const running = loop(options, stopping.signal);
  return {
    async stop(graceMs) {
      stopping.abort();
      return settlesWithin(running, graceMs);
    },
  };
}

async function loop({ name, everyMs, run, log }: ScheduleOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await run();
    } catch (error) {
      log.error('scheduled run failed', error, { schedule: name });
    }
    await pause(everyMs, signal);
  }
}
