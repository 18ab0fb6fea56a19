/**
 * `npm run cost`: what a million mails cost on AWS, and a month without any, from the counts of a recorded run; `--json`
 * as data; `--record` makes the run anew (needs the tools of `npm run test:system`) and writes its counts down.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { costReport, costTable } from './cost-table.ts';
import { readCounts } from './read-counts.ts';

const root = resolve(import.meta.dirname, '../..');

function record(): number {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.system.config.ts'];
  const { status, error } = spawnSync(process.execPath, [...vitest, 'test/infra/aws/counts.system.test.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, LIGHTERMAIL_RECORD_COUNTS: 'true' },
  });
  if (error !== undefined) throw error;
  return status ?? 1;
}

const status = process.argv.includes('--record') ? record() : 0;
if (status === 0) {
  const counts = readCounts();
  console.log(process.argv.includes('--json') ? JSON.stringify(costReport(counts), undefined, 2) : costTable(counts));
}
process.exitCode = status;
