import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import type { RawSettings } from '../../../shared/runtime/settings.ts';
import { allSettings, leastSettings, synthesize, twoRegions } from './synthesized.ts';
import {
  ephemeralSettings,
  existingKeySettings,
  foreignLinkDomainSettings,
  keySettings,
  ownDomainSettings,
  webhookInNetworkSettings,
  webhookSettings,
} from './variants.ts';

interface Variant {
  readonly name: string;
  readonly settings: RawSettings;
  readonly home?: string;
}

/** Each variant makes other resources. */
const variants: readonly Variant[] = [
  { name: 'the least settings', settings: leastSettings },
  { name: 'all settings, an existing bucket and rule set', settings: allSettings },
  { name: 'a domain', settings: { ...leastSettings, domain: 'in.example.com' } },
  { name: 'an existing configuration set', settings: { ...leastSettings, configurationSet: 'theirs' } },
  {
    name: 'notices by mail',
    settings: { ...leastSettings, alarmEmail: 'a@example.org', fallbackEmail: 'f@example.org' },
  },
  { name: 'two regions', ...twoRegions },
  { name: 'a domain of its own, its zone in Route 53', settings: ownDomainSettings },
  {
    name: 'a domain of its own, records set by hand, in two regions',
    ...twoRegions,
    settings: { ...twoRegions.settings, domain: 'example.com', makeIdentity: 'true' },
  },
  { name: 'a link domain elsewhere, and devices rotated by hand', settings: foreignLinkDomainSettings },
  { name: 'a trial', settings: ephemeralSettings },
  { name: 'an HTTPS subscriber in a network of its own', settings: webhookSettings },
  { name: 'an HTTPS subscriber in a network that exists', settings: webhookInNetworkSettings },
  { name: 'a key of its own', settings: keySettings },
  { name: 'an existing key', settings: existingKeySettings },
  { name: 'a key of its own, in two regions', ...twoRegions, settings: { ...twoRegions.settings, kms: 'true' } },
];

function findLinter(): string {
  const python = process.env.LIGHTERMAIL_TEST_PYTHON ?? resolve('test-output/tools/venv/bin/python');
  const linter = join(dirname(python), 'cfn-lint');
  if (!existsSync(linter)) throw new Error(`no linter at ${linter}: run scripts/install-test-tools.sh`);
  return linter;
}

/** The linter's exit status, its errors, and what it says about itself. */
function lint(folder: string, region: string, templates: Readonly<Record<string, Template>>) {
  const files = Object.entries(templates).map(([name, template]) => {
    const file = join(folder, `${name}.template.json`);
    writeFileSync(file, JSON.stringify(template.toJSON()));
    return file;
  });
  const args = ['--regions', region, '--non-zero-exit-code', 'error', '--', ...files];
  const { status, stdout, stderr } = spawnSync(findLinter(), args, { encoding: 'utf8' });
  return [status, stdout.split('\n').filter((line) => /^E\d/.test(line)), stderr];
}

it.each(variants)('cfn-lint finds no error in the templates of $name', ({ settings, home }) => {
  const folder = mkdtempSync(join(tmpdir(), 'lightermail-lint-'));
  try {
    const { data, pipeline, receiving, webhook } = synthesize(settings, home);
    const atHome = { data, pipeline, ...(webhook && { webhook }) };
    expect(lint(folder, home ?? 'eu-west-1', atHome)).toEqual([0, [], '']);
    if (receiving !== undefined) expect(lint(folder, settings.sesRegion ?? '', { receiving })).toEqual([0, [], '']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
