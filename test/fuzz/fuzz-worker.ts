import { parentPort, workerData } from 'node:worker_threads';
import { type FuzzPlan, type FuzzProgress, runFuzz } from './fuzz-run.ts';
import { seedMails } from './seed-mails.ts';

const port = parentPort;
if (port === null) throw new Error('this module runs as a worker thread only');

/** What happened since the last report. */
export interface FuzzReport {
  readonly done: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly problems: readonly FuzzProgress[];
  readonly slowestMs: number;
  readonly nextIndex: number;
}

const reportEveryMs = 1000;

async function run(plan: FuzzPlan): Promise<void> {
  const unhandled: string[] = [];
  process.on('unhandledRejection', (reason) =>
    unhandled.push(reason instanceof Error ? String(reason.stack) : String(reason)),
  );
  let ends: Record<string, number> = {};
  let problems: FuzzProgress[] = [];
  let done = 0;
  let slowestMs = 0;
  let reportedAt = performance.now();
  const report = (nextIndex: number) => {
    port?.postMessage({ done, ends, problems, slowestMs, nextIndex } satisfies FuzzReport);
    ends = {};
    problems = [];
    done = 0;
    reportedAt = performance.now();
  };
  for await (const one of runFuzz(plan, plan.mode === 'mutated' ? seedMails(process.env.LIGHTERMAIL_CORPUS) : [])) {
    done += 1;
    ends[one.end] = (ends[one.end] ?? 0) + 1;
    slowestMs = Math.max(slowestMs, one.ms);
    const all = [...one.problems, ...unhandled.splice(0).map((reason) => `unhandled rejection: ${reason}`)];
    if (all.length > 0) problems.push({ ...one, problems: all });
    if (performance.now() - reportedAt > reportEveryMs || all.length > 0) report(one.index + plan.stride);
  }
  report(plan.mails);
}

await run(workerData as FuzzPlan);
