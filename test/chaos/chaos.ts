import { parseArgs } from 'node:util';
import { runThrottleStorm } from '../support/throttle-storm.ts';
import { noFaults } from './judge.ts';
import { type ChaosOptions, type ChaosResult, runChaos } from './run-chaos.ts';

/**
 * `npm run chaos -- [--mails 2000] [--seed 1] [--minutes 8] [--only R1,R3,R13]`: the running system against a judge
 * that stands in for SES. Prints what it saw; the exit code is 1 when a promise was broken.
 */
const { values } = parseArgs({
  options: {
    mails: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    /** The longest that R1 and R3 each may take. */
    minutes: { type: 'string', default: '8' },
    only: { type: 'string', default: 'R1,R3,R13' },
  },
});
const only = new Set(values.only.split(','));
const base = {
  mails: Number(values.mails),
  seed: Number(values.seed),
  killEveryMs: 2000,
  uncertainSeconds: 20,
  longestMs: Number(values.minutes) * 60_000,
  rate: 200,
};
const broken: string[] = [];

function expectThat(name: string, holds: boolean, promise: string): void {
  if (!holds) broken.push(`${name}: ${promise}`);
}

async function chaos(name: string, what: string, options: ChaosOptions): Promise<ChaosResult> {
  console.log(`${name}: ${what}; ${options.mails} mails, seed ${options.seed}`);
  const result = await runChaos(options);
  console.log(JSON.stringify(result));
  expectThat(name, result.acknowledged === options.mails, 'every mail is acknowledged');
  expectThat(name, result.lost === 0, 'nothing that was acknowledged is lost');
  expectThat(
    name,
    result.parked === result.deadLetters,
    'what is kept for an operator is a dead letter, and nothing else is',
  );
  expectThat(name, result.unflaggedDuplicates === 0, 'every duplicate is flagged');
  expectThat(name, result.duplicatesWithEvents === 0, 'duplicates only where the events were withheld');
  return result;
}

if (only.has('R1')) {
  const result = await chaos('R1', 'killed at random about every 2 s, events on', { ...base, faults: noFaults });
  expectThat('R1', result.duplicates === 0, 'no duplicate');
  expectThat('R1', result.kills > 0, 'it was killed');
}
if (only.has('R3')) {
  const faults = { resetAfterAccept: 0.05, internalError: 0.05, tooMany: 0.05, eventDropped: 0.01, eventCopies: 3 };
  await chaos('R3', 'as R1, with resets after accept, 500s and 429s, 5 % each; events doubled, shuffled, 1 % dropped', {
    ...base,
    faults,
  });
}
if (only.has('R13')) {
  console.log('R13: 5,000 jobs at 14/s, ten simulated minutes of 429');
  const result = await runThrottleStorm({ jobs: 5000, stormSeconds: 600, rate: 14 });
  console.log(JSON.stringify(result));
  expectThat('R13', result.sent === 5000 && result.accepted === 5000, 'all are sent, once');
  expectThat('R13', result.deadLetters === 0, 'no dead letter');
  expectThat('R13', result.mostPerSecond <= 14, 'never above 14 in any second');
}
console.log(broken.length === 0 ? 'every promise held' : `BROKEN:\n${broken.join('\n')}`);
process.exit(broken.length === 0 ? 0 : 1);
