import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsOf, leastSettings, synthesize } from './synthesized.ts';

const root = resolve(import.meta.dirname, '../../..');
const tsc = join(root, 'node_modules/.bin/tsc');

/** Somebody else's app: the packed package in its node_modules, and beside it what it would install. */
let folder = '';

function run(program: string, ...args: readonly string[]) {
  const { PATH, HOME } = process.env;
  return spawnSync(program, args, { cwd: folder, encoding: 'utf8', env: { PATH, HOME, CDK_OUTDIR: 'out' } });
}

function must(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = run(program, ...args);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

const app = (settings: string) => `
import { App, CfnOutput } from 'aws-cdk-lib';
import { Lightermail } from 'lightermail/cdk';

const app = new App();
const mail = new Lightermail(app, 'Mail', {
  env: { account: '123456789012', region: 'eu-west-1' },
  recipient: '${leastSettings.recipient}',
  sender: '${leastSettings.sender}',
  allowedSenders: ['${leastSettings.allowedSenders}'],
  ${settings}
});
new CfnOutput(mail.pipeline, 'Theirs', { value: mail.data.stackName });
app.synth();
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightermail-app-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'lightermail'), { recursive: true });
  must(process.execPath, join(root, 'scripts/build.ts'));
  must('npm', 'pack', root, '--ignore-scripts', '--silent');
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  must('tar', '-xzf', tarball, '--strip-components=1', '-C', join(modules, 'lightermail'));
  mkdirSync(join(modules, '@types'));
  for (const name of ['aws-cdk-lib', 'constructs', 'zod', '@types/node'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the construct in somebody else's app", () => {
  it('synthesizes the same resources as the app of this repository', () => {
    writeFileSync(join(folder, 'app.ts'), app('retentionDays: 30,'));

    must(process.execPath, 'app.ts');

    const own = synthesize({ ...leastSettings, retentionDays: '30' }, 'eu-west-1');
    for (const [name, template] of Object.entries({ Data: own.data, Pipeline: own.pipeline })) {
      const file = readdirSync(join(folder, 'out')).find(
        (one) => one.includes(`Lightermail${name}`) && one.endsWith('.template.json'),
      );
      const theirs = JSON.parse(readFileSync(join(folder, 'out', file ?? 'missing'), 'utf8'));
      const counts: Record<string, number> = {};
      for (const { Type } of Object.values<{ Type: string }>(theirs.Resources)) counts[Type] = (counts[Type] ?? 0) + 1;
      expect(counts).toEqual(countsOf(template));
      if (name === 'Pipeline') expect(theirs.Outputs).toHaveProperty('Theirs');
    }
  });

  it('is imported by require as well', () => {
    writeFileSync(join(folder, 'app.cjs'), "console.log(typeof require('lightermail/cdk').Lightermail)");

    expect(must(process.execPath, 'app.cjs')).toBe('function\n');
  });

  it('has types: right settings compile, a slip and a wrong type do not', () => {
    const options = {
      module: 'nodenext',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      exactOptionalPropertyTypes: true,
    };
    const compile = (...files: readonly string[]) => {
      const compilerOptions = { ...options, target: 'es2024', types: ['node'] };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
      return run(tsc, '-p', '.');
    };
    writeFileSync(join(folder, 'right.ts'), app('takeOver: true, dmarcPolicy: undefined, ephemeral: false,'));
    writeFileSync(join(folder, 'wrong.ts'), app("retentionDays: '30',"));
    writeFileSync(join(folder, 'slip.ts'), app('takeover: true,'));

    expect(compile('right.ts').stdout).toBe('');
    const { stdout } = compile('right.ts', 'wrong.ts', 'slip.ts');
    expect(stdout).not.toContain('right.ts');
    expect(stdout).toMatch(/^wrong\.ts.*Type 'string' is not assignable to type 'number'/m);
    expect(stdout).toMatch(/^slip\.ts.*'takeover' does not exist/m);
  });

  it('stops on wrong settings with one clear line each', () => {
    writeFileSync(
      join(folder, 'app.ts'),
      app("sesRegion: 'eu-central-2', retentionDays: 1, linkExpirySeconds: 90000,"),
    );

    const { status, stderr } = run(process.execPath, 'app.ts');

    expect(status).not.toBe(0);
    expect(stderr).toContain('linkExpirySeconds is 90000: 90000 is longer than the 1 days of retentionDays');
  });
});
