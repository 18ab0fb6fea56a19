import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Counts } from '../../../scripts/cost/counts.ts';
import { countsFile, readCounts } from '../../../scripts/cost/read-counts.ts';
import { countUsualMails } from './calls/count-run.ts';
import { type FunctionLab, openFunctionLab } from './calls/function-lab.ts';
import { usualRoutes } from './calls/usual-mails.ts';

/** `npm run cost -- --record` sets it: the counts are written down in place of being compared. */
const records = process.env.LIGHTERMAIL_RECORD_COUNTS === 'true';

/** Bytes and stored units depend on ids and times; more than this is another behaviour. */
const tolerance = 0.1;

/** Twenty seconds on a machine that has nothing else to do. */
const hookMs = 600_000;

let lab: FunctionLab;
let counted: Counts;
beforeAll(async () => {
  lab = await openFunctionLab(usualRoutes);
  counted = await countUsualMails(lab);
}, hookMs);
afterAll(() => lab?.close());

/** Every number of a report by its path, but for processor time, which belongs to the machine. */
function numbersOf(value: object, path = ''): readonly (readonly [path: string, value: number])[] {
  return Object.entries(value).flatMap(([name, one]) => {
    if (name === 'cpuMs') return [];
    return typeof one === 'number' ? [[`${path}${name}`, one] as const] : numbersOf(one, `${path}${name}.`);
  });
}

describe('the counts that the cost of a million mails is computed from', () => {
  it('are what the functions ask of AWS today', () => {
    expect(lab.recorder.faults).toEqual([]);
    if (records) writeFileSync(countsFile, `${JSON.stringify(counted, undefined, 2)}\n`);
    const [now, then] = [numbersOf(counted), new Map(numbersOf(readCounts()))];

    const other = now.filter(([path, value]) => Math.abs(value - (then.get(path) ?? Number.NaN)) > tolerance * value);

    expect(now.map(([path]) => path).sort()).toEqual([...then.keys()].sort());
    expect(other.map(([path, value]) => `${path}: ${value}, recorded ${then.get(path)}`)).toEqual([]);
  });

  it('come from the usual mails: each ended, each email delivered, half of those with a link downloaded', () => {
    expect(counted).toMatchObject({ mails: 10, emails: 13, downloads: 6 });
  });
});
