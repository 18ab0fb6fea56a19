/**
 * `npm run fuzz`: reads mutated mails (`--mails 1000000`) or generated ones (`--generated 100000`) on all cores and
 * checks what must hold of any mail. `--seed 1`, `--workers 2`; `--show 4711` writes one mutated mail to standard output.
 * Mails to mutate come from the project and from the folder that `LIGHTERMAIL_CORPUS` names. Exit code 1: a problem.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type FuzzMode, type FuzzPlan, mutatedMail } from './fuzz-run.ts';
import type { FuzzReport } from './fuzz-worker.ts';
import { seedMails } from './seed-mails.ts';

const { values } = parseArgs({
  options: {
    mails: { type: 'string' },
    generated: { type: 'string' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    show: { type: 'string' },
  },
});

/** A worker that says nothing for so long hangs on a mail. Unit: milliseconds. */
const silenceMs = 20_000;
const printEveryMs = 10_000;
const maxShownProblems = 20;

interface Totals {
  done: number;
  problemCount: number;
  slowestMs: number;
  readonly ends: Map<string, number>;
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} is ${text}, expected a whole number from 0`);
}

function add(totals: Totals, report: FuzzReport): void {
  totals.done += report.done;
  totals.slowestMs = Math.max(totals.slowestMs, report.slowestMs);
  for (const [end, count] of Object.entries(report.ends)) totals.ends.set(end, (totals.ends.get(end) ?? 0) + count);
  for (const { index, problems } of report.problems) {
    totals.problemCount += 1;
    if (totals.problemCount <= maxShownProblems) console.error(`mail ${index}: ${problems.join('; ')}`);
  }
}

/** Runs one worker to its end; a crash or a silence counts as a problem of its own. */
function runWorker(plan: FuzzPlan, totals: Totals): Promise<void> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), { workerData: plan });
    let nextIndex = plan.first;
    const fail = (what: string) => {
      totals.problemCount += 1;
      console.error(`mail ${nextIndex} or one soon after it: ${what}`);
      void worker.terminate();
    };
    const silence = setTimeout(() => fail('hangs'), silenceMs);
    worker.on('message', (report: FuzzReport) => {
      silence.refresh();
      nextIndex = report.nextIndex;
      add(totals, report);
    });
    worker.on('error', (error) => fail(`crashes: ${error.stack}`));
    worker.on('exit', () => {
      clearTimeout(silence);
      resolve();
    });
  });
}

function summary(totals: Totals, mode: FuzzMode, startedMs: number): string {
  const seconds = (performance.now() - startedMs) / 1000;
  const ends = [...totals.ends].toSorted(([, a], [, b]) => b - a).map(([end, count]) => `${end} ${count}`);
  return (
    `${totals.done} ${mode} mails in ${seconds.toFixed(0)} s (${(totals.done / seconds).toFixed(0)}/s), ` +
    `${totals.problemCount} problems, slowest ${totals.slowestMs.toFixed(0)} ms, ` +
    `${Math.round(process.resourceUsage().maxRSS / 1024)} MB resident at most: ${ends.join(', ')}`
  );
}

async function main(): Promise<void> {
  const seed = numberOf('seed', values.seed);
  if (values.show !== undefined) {
    process.stdout.write(mutatedMail(seedMails(process.env.LIGHTERMAIL_CORPUS), seed, numberOf('show', values.show)));
    return;
  }
  const mode: FuzzMode = values.generated === undefined ? 'mutated' : 'generated';
  const mails = numberOf(mode, values.generated ?? values.mails ?? '1000000');
  const stride = Math.max(1, numberOf('workers', values.workers));
  const totals: Totals = { done: 0, problemCount: 0, slowestMs: 0, ends: new Map() };
  const startedMs = performance.now();
  const progress = setInterval(() => console.log(summary(totals, mode, startedMs)), printEveryMs);
  await Promise.all(
    Array.from({ length: stride }, (_, first) => runWorker({ mode, seed, mails, first, stride }, totals)),
  );
  clearInterval(progress);
  console.log(summary(totals, mode, startedMs));
  if (totals.problemCount > 0 || totals.done !== mails) process.exitCode = 1;
}

await main();
