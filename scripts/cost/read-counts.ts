import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Counts, countsSchema } from './counts.ts';

/** Written by test/infra/aws/counts.system.test.ts, which also finds when it is no longer true. */
export const countsFile = join(import.meta.dirname, 'counts.json');

/** The counts of the recorded run. */
export function readCounts(): Counts {
  return countsSchema.parse(JSON.parse(readFileSync(countsFile, 'utf8')));
}
