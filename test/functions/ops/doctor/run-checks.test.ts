import { describe, expect, it } from 'vitest';
import { checkClock } from '../../../../functions/ops/doctor/check-clock.ts';
import { type Check, type Finding, findingsOf } from '../../../../functions/ops/doctor/finding.ts';
import { memoizedFacts } from '../../../../functions/ops/doctor/memoized.ts';
import { printReport, toJsonReport } from '../../../../functions/ops/doctor/report.ts';
import { runChecks } from '../../../../functions/ops/doctor/run-checks.ts';
import { TransientMailError } from '../../../../shared/errors/mail-error.ts';
import { systemTimer } from '../../../../shared/runtime/system-timer.ts';
import { createManualClock } from '../../../support/manual-clock.ts';
import { linesOf } from './fakes.ts';

const say = findingsOf('c');
const check = (run: () => Promise<readonly Finding[]>, name = 'c', group = 'G'): Check => ({ name, group, run });

describe('running checks', () => {
  it('takes what fails, and what takes too long, for unknown: never for well, and never for a crash', async () => {
    const denied = new TransientMailError('ERR_CREDENTIALS', 'no', { details: { permission: 'ses:GetAccount' } });
    const expired = new TransientMailError('ERR_CREDENTIALS', 'ses:GetAccount was answered with ExpiredToken 403');
    const results = await runChecks(
      [
        check(async () => [say.ok('a', 'fine')]),
        check(() => Promise.reject(denied)),
        check(() => Promise.reject(expired)),
        check(() => Promise.reject(new TypeError('x is undefined'))),
        check(() => new Promise<readonly Finding[]>(() => undefined)),
      ],
      systemTimer,
      20,
    );
    expect(linesOf(results.flatMap(({ findings }) => findings))).toEqual([
      'ok a: fine',
      'unknown c: not allowed to ask: ses:GetAccount is lacking',
      'unknown c: ses:GetAccount was answered with ExpiredToken 403',
      'unknown c: could not be found out: x is undefined',
      'unknown c: no answer within 0.02 s',
    ]);
  });

  it('asks each question once', async () => {
    const asked: string[] = [];
    const attributes = async (url: string) => `${url} ${asked.push(url)}`;
    const facts = memoizedFacts({ queues: { attributes } });
    expect(await Promise.all(['a', 'a', 'b'].map((url) => facts.queues.attributes(url)))).toEqual([
      'a 1',
      'a 1',
      'b 2',
    ]);
  });
});

describe('the report', () => {
  const results = [
    { group: 'One', findings: [say.ok('a', 'fine'), say.error('b', 'bro\u001b[31mken', 'mend it')] },
    { group: 'Two', findings: [say.unknown('c', 'not known', 'ask')] },
    { group: 'One', findings: [say.warning('d', 'odd', 'look')] },
  ];

  it('stands under headings, says what to do, and never steers the terminal', () => {
    const lines: string[] = [];
    printReport(results, { print: (line) => void lines.push(line) });
    expect(lines).toEqual([
      'One',
      '  ✓ a: fine',
      '  ✗ b: bro [31mken',
      '      → mend it',
      '  ! d: odd',
      '      → look',
      '',
      'Two',
      '  ? c: not known',
      '      → ask',
      '',
      '1 error, 1 warning, 1 could not be found out; 1 found well.',
    ]);
  });

  it('is one JSON document', () => {
    const report = JSON.parse(toJsonReport('aws', results));
    expect(report).toMatchObject({ v: 1, platform: 'aws', counts: { ok: 1, warning: 1, error: 1, unknown: 1 } });
    expect(report.findings[1]).toEqual({
      check: 'c',
      level: 'error',
      subject: 'b',
      finding: 'bro\u001b[31mken',
      whatToDo: 'mend it',
    });
  });
});

describe('the clock check', () => {
  const clock = createManualClock('2026-01-01T00:00:00.900Z');
  const look = async (theirs: string) => linesOf(await checkClock(clock, async () => new Date(theirs)))[0];

  it('allows for whole seconds, warns of half a minute, and knows when AWS refuses', async () => {
    expect(await look('2026-01-01T00:00:00Z')).toMatch(/^ok/);
    expect(await look('2026-01-01T00:00:29Z')).toMatch(/^ok/);
    expect(await look('2025-12-31T23:59:00Z')).toBe('warning this machine: its clock is 60 s off');
    expect(await look('2026-01-01T00:06:00Z')).toMatch(/^error this machine: its clock is 359 s off: AWS refuses/);
  });
});
