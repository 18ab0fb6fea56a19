import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingNames } from '../../../infra/aws/context-schema.ts';

/** The names in the first column of README's table of a deployment's settings; one row may name several. */
function documentedNames(): string[] {
  const readme = readFileSync(resolve(import.meta.dirname, '../../../README.md'), 'utf8');
  const table = /^\| setting, as `-c name=value` .*\n((?:\|.*\n)+)/m.exec(readme)?.[1] ?? '';
  return table
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

describe('the settings of a deployment', () => {
  it('each have one row in README, and README names no other', () => {
    expect(documentedNames().sort()).toEqual(settingNames.toSorted());
  });
});
