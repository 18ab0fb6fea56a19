import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { RawSettings } from '../../../shared/runtime/settings.ts';
import { allSettings, leastSettings, synthesize } from './synthesized.ts';

/** Each variant makes other resources. */
const variants: readonly (readonly [name: string, settings: RawSettings])[] = [
  ['the least settings', leastSettings],
  ['all settings, an existing bucket and rule set', allSettings],
  ['a domain', { ...leastSettings, domain: 'in.example.com' }],
  ['an existing configuration set', { ...leastSettings, configurationSet: 'theirs' }],
  ['notices by mail', { ...leastSettings, alarmEmail: 'a@example.org', fallbackEmail: 'f@example.org' }],
];

function findLinter(): string {
  const python = process.env.LIGHTERMAIL_TEST_PYTHON ?? resolve('test-output/tools/venv/bin/python');
  const linter = join(dirname(python), 'cfn-lint');
  if (!existsSync(linter)) throw new Error(`no linter at ${linter}: run scripts/install-test-tools.sh`);
  return linter;
}

it.each(variants)('cfn-lint finds no error in the templates of %s', (_name, settings) => {
  const folder = mkdtempSync(join(tmpdir(), 'lightermail-lint-'));
  try {
    const { data, pipeline } = synthesize(settings);
    const files = Object.entries({ data, pipeline }).map(([name, template]) => {
      const file = join(folder, `${name}.template.json`);
      writeFileSync(file, JSON.stringify(template.toJSON()));
      return file;
    });
    const args = ['--regions', 'eu-west-1', '--non-zero-exit-code', 'error', '--', ...files];
    const { status, stdout, stderr } = spawnSync(findLinter(), args, { encoding: 'utf8' });

    expect([status, stdout.split('\n').filter((line) => /^E\d/.test(line)), stderr]).toEqual([0, [], '']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
