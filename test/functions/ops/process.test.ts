import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openTransaction } from '../../infra/local/smtp/smtp-session.ts';
import { temporaryFolder } from '../../support/local-runtime.ts';

const root = new URL('../../..', import.meta.url).pathname;

function start(settings: Record<string, string>, ...command: readonly string[]) {
  const env = { PATH: process.env.PATH, LIGHTERMAIL_SMTP_PORT: '0', LIGHTERMAIL_HTTP_PORT: '0', ...settings };
  const child = spawn(process.execPath, [...command], { cwd: root, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const texts = { out: '', errors: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.errors += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const printed = async (text: string) => {
    while (!texts.out.includes(text)) {
      await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), ended]);
      if (child.exitCode !== null) throw new Error(`ended before it printed "${text}": ${texts.errors}`);
    }
  };
  return { child, texts, ended, printed };
}

const portOf = async (folder: string): Promise<number> =>
  JSON.parse(await readFile(join(folder, 'endpoints.json'), 'utf8')).smtp.port;

const stopWith = (child: ChildProcess, signal: NodeJS.Signals) => child.kill(signal);

describe('npm start, as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'B23 ends with exit code 0 at %s and leaves nothing behind',
    async (signal) => {
      const folder = await temporaryFolder();
      const { child, texts, ended, printed } = start({ LIGHTERMAIL_DATA: folder }, 'functions/ops/main.ts', 'start');
      await printed('Lightermail is up.');

      expect(texts.out).toContain('npx lightermail send --recipients');
      stopWith(child, signal);

      expect(await ended).toBe(0);
      expect(texts.errors).toBe('');
      expect(existsSync(join(folder, 'endpoints.json'))).toBe(false);
    },
  );

  it('B23 ends at once with exit code 130 at a second signal', async () => {
    const folder = await temporaryFolder();
    const { child, ended, printed } = start({ LIGHTERMAIL_DATA: folder }, 'functions/ops/main.ts', 'start');
    await printed('Lightermail is up.');
    const session = await openTransaction(await portOf(folder), 'capture@in.example.com');
    await session.say('DATA');

    stopWith(child, 'SIGTERM');
    await printed('stopping');
    await vi.waitFor(
      () => {
        stopWith(child, 'SIGTERM');
        expect(child.exitCode).toBe(130);
      },
      { timeout: 8000, interval: 100 },
    );

    expect(await ended).toBe(130);
  });

  it('B23 takes two signals at once for one, as npm hands Ctrl-C on', async () => {
    const folder = await temporaryFolder();
    const { child, ended, printed } = start({ LIGHTERMAIL_DATA: folder }, 'functions/ops/main.ts', 'start');
    await printed('Lightermail is up.');

    stopWith(child, 'SIGINT');
    stopWith(child, 'SIGTERM');

    expect(await ended).toBe(0);
    expect(existsSync(join(folder, 'endpoints.json'))).toBe(false);
  });

  it('B24 a bad setting ends it with exit code 1 and one line', async () => {
    const { texts, ended } = start({ LIGHTERMAIL_BIND: 'everywhere' }, 'functions/ops/main.ts', 'start');

    expect(await ended).toBe(1);
    expect(texts.errors).toBe('LIGHTERMAIL_BIND is "everywhere": must be an IP address such as 127.0.0.1\n');
    expect(texts.out).toBe('');
  });

  it('B21 a second process on one data folder ends with exit code 1', async () => {
    const folder = await temporaryFolder();
    const first = start({ LIGHTERMAIL_DATA: folder }, 'functions/ops/main.ts', 'start');
    await first.printed('Lightermail is up.');

    const second = start({ LIGHTERMAIL_DATA: folder }, 'functions/ops/main.ts', 'start');

    expect(await second.ended).toBe(1);
    expect(second.texts.errors).toMatch(/^the data folder is in use by process \d+ /);
  });

  it('the launcher runs the same command', async () => {
    const { texts, ended } = start({}, 'bin/lightermail.js', '--version');

    expect(await ended).toBe(0);
    expect(texts.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
