import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
/** Somebody's folder with the packed package in its node_modules, beside what it would install. */
let folder = '';

function run(program: string, ...args: readonly string[]) {
  const { PATH, HOME } = process.env;
  return spawnSync(program, args, { cwd: folder, encoding: 'utf8', env: { PATH, HOME } });
}

function lightermail(...args: readonly string[]) {
  return run(process.execPath, 'node_modules/lightermail/bin/lightermail.js', ...args);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightermail-package-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'lightermail'), { recursive: true });
  for (const [program, ...args] of [
    [process.execPath, join(root, 'scripts/build.ts')],
    ['npm', 'pack', root, '--ignore-scripts', '--silent'],
  ] as const) {
    const { status, stdout, stderr } = run(program, ...args);
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${stdout}${stderr}`);
  }
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  run('tar', '-xzf', tarball, '--strip-components=1', '-C', join(modules, 'lightermail'));
  for (const name of readdirSync(join(root, 'node_modules')).filter((one) => !one.startsWith('.')))
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the installed package', () => {
  it('holds no source that Node would refuse to run there', () => {
    const files = readdirSync(join(folder, 'node_modules/lightermail'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))).toEqual([]);
  });

  it('runs its command: version, help, and a check that reads a mail in its worker threads', () => {
    expect(lightermail('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(lightermail('--help').stdout).toContain('lightermail <verb>');
    const text = `:Email_Rxers_Code:[a@example.com]:Email_Rxers_Code:\r\n${'a line of text\r\n'.repeat(200_000)}`;
    writeFileSync(join(folder, 'mail.eml'), `From: d@example.org\r\nSubject: s\r\n\r\n${text}`);
    const checked = lightermail('check', 'mail.eml', '--json');
    expect(checked.stderr).toBe('');
    expect(JSON.parse(checked.stdout)).toMatchObject({ state: 'relayed', recipients: ['a@example.com'] });
  });

  it('runs everything on this machine, and stops', async () => {
    const { startRuntimeProcess } = await import('../support/runtime-process.ts');
    const bin = join(folder, 'node_modules/lightermail/bin/lightermail.js');
    const runtime = await startRuntimeProcess(join(folder, 'data'), {}, [bin, 'start']);
    expect((await fetch(`${runtime.http}/healthz`)).status).toBe(200);
    expect((await fetch(`${runtime.http}/`)).headers.get('content-type')).toContain('text/html');
    expect(await runtime.stop()).toBe(0);
  });
});
