import { describe, expect, it, vi } from 'vitest';
import { startSchedule } from '../../../infra/local/schedule.ts';
import { keptLog, quietLog } from './fakes.ts';

describe('schedule', () => {
  it('runs again after a run that failed', async () => {
    const log = keptLog();
    const run = vi.fn(async () => {
      if (run.mock.calls.length === 1) throw new Error('broken');
    });
    const schedule = startSchedule({ name: 'sweep', everyMs: 1, run, log });
    await vi.waitFor(() => expect(run.mock.calls.length).toBeGreaterThan(1));

    expect(await schedule.stop(1000)).toBe(true);
    expect(log.lines).toEqual(['error scheduled run failed']);
  });

  it('never runs twice at once, and stop waits for the run', async () => {
    const end = Promise.withResolvers<void>();
    const run = vi.fn(() => end.promise);
    const schedule = startSchedule({ name: 'sweep', everyMs: 1, run, log: quietLog });

    const stopped = schedule.stop(10_000);
    end.resolve();

    expect(await stopped).toBe(true);
    expect(run).toHaveBeenCalledTimes(1);
  });
});
