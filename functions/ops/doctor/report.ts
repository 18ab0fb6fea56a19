import type { CommandContext } from '../command.ts';
import { forTerminal } from '../for-terminal.ts';
import type { Finding, Level } from './finding.ts';
import type { CheckResult } from './run-checks.ts';

const symbols: Readonly<Record<Level, string>> = { ok: '✓', warning: '!', error: '✗', unknown: '?' };
const longestLine = 400;

export function countLevels(findings: readonly Finding[]): Readonly<Record<Level, number>> {
  const counts = { ok: 0, warning: 0, error: 0, unknown: 0 };
  for (const { level } of findings) counts[level] += 1;
  return counts;
}

/** What a person reads: every finding under its heading, with what to do behind the bad ones, and a last line. */
export function printReport(results: readonly CheckResult[], { print }: Pick<CommandContext, 'print'>): void {
  const groups = Map.groupBy(results, ({ group }) => group);
  for (const [group, ofGroup] of groups) {
    print(group);
    for (const { findings } of ofGroup) for (const finding of findings) printFinding(finding, print);
    print('');
  }
  print(summary(countLevels(results.flatMap(({ findings }) => findings))));
}

function printFinding({ level, subject, finding, whatToDo }: Finding, print: (line: string) => void): void {
  print(`  ${symbols[level]} ${forTerminal(`${subject}: ${finding}`, longestLine)}`);
  if (whatToDo !== '') print(`      → ${forTerminal(whatToDo, longestLine)}`);
}

function summary({ ok, warning, error, unknown }: Readonly<Record<Level, number>>): string {
  const parts = [
    ...(error === 0 ? [] : [count(error, 'error')]),
    ...(warning === 0 ? [] : [count(warning, 'warning')]),
    ...(unknown === 0 ? [] : [`${unknown} could not be found out`]),
  ];
  return parts.length === 0
    ? `Everything is as it should be (${ok} found well).`
    : `${parts.join(', ')}; ${ok} found well.`;
}

const count = (number: number, one: string) => `${number} ${one}${number === 1 ? '' : 's'}`;

/** The same as one JSON document. */
export function toJsonReport(platform: 'aws' | 'local', results: readonly CheckResult[]): string {
  const findings = results.flatMap(({ findings: some }) => some);
  return JSON.stringify({ v: 1, platform, counts: countLevels(findings), findings });
}
