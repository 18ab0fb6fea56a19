import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkClamd } from '../../../../functions/ops/doctor/check-clamd.ts';
import { checkDataFolder } from '../../../../functions/ops/doctor/check-data-folder.ts';
import { checkNode } from '../../../../functions/ops/doctor/check-node.ts';
import { checkPublicUrl } from '../../../../functions/ops/doctor/check-public-url.ts';
import { checkRelay } from '../../../../functions/ops/doctor/check-relay.ts';
import { main } from '../../../../functions/ops/main.ts';
import { lockDataFolder } from '../../../../shared/adapters/local/data-folder-lock.ts';
import { startedRuntime, temporaryFolder } from '../../../support/local-runtime.ts';
import { linesOf } from './fakes.ts';

async function run(args: readonly string[], environment: Record<string, string>) {
  const out: string[] = [];
  const errors: string[] = [];
  const print = (line: string) => void out.push(line);
  const code = await main(['doctor', ...args], { environment, print, printError: (line) => void errors.push(line) });
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

/** Answers every connection with one line for each that it is sent, first of all with a greeting. */
async function talker(greeting: string, answer: (line: string) => string): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
    socket.on('data', (text) => socket.write(answer(String(text))));
    socket.write(greeting);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const free = { LIGHTERMAIL_SMTP_PORT: '0', LIGHTERMAIL_HTTP_PORT: '0' };

describe('npx lightermail doctor on one machine', () => {
  it.each([
    [['now'], /Unexpected argument/],
    [['--stack', 'a b'], /--stack is the name/],
    [['--to', 'a@example.com'], /go with --send-canary/],
    [['--send-canary'], /needs --to/],
    [['--send-canary', '--to', 'nobody'], /--to is not an e-mail address/],
    [['--send-canary', '--to', 'a@example.com', '--wait', 'long'], /--wait is a time/],
  ])('%j is not understood: exit code 2', async (args, message) => {
    expect(await run(args, {})).toMatchObject({ code: 2, errors: expect.stringMatching(message) });
  });

  it('finds wrong settings, one error each, and never shows what they hold', async () => {
    const { code, out } = await run(['--json'], {
      LIGHTERMAIL_SMTP_PORT: 'x',
      LIGHTERMAIL_SMTP_RELAY: 'ftp://u:secret@h',
    });
    expect(code).toBe(1);
    expect(out).not.toContain('secret');
    expect(JSON.parse(out).findings).toEqual([
      expect.objectContaining({
        check: 'settings',
        level: 'error',
        finding: expect.stringContaining('LIGHTERMAIL_SMTP_RELAY'),
      }),
      expect.objectContaining({
        check: 'settings',
        level: 'error',
        finding: expect.stringContaining('LIGHTERMAIL_SMTP_PORT'),
      }),
    ]);
  });

  it('is content with a machine on which nothing runs yet, and says how to start', async () => {
    const folder = await temporaryFolder();
    const { code, out } = await run([], { ...free, LIGHTERMAIL_DATA: folder });
    expect(code).toBe(0);
    expect(await readdir(folder)).toEqual([]);
    expect((await run([], { ...free, LIGHTERMAIL_DATA: join(folder, 'new') })).code).toBe(0);
    expect(await readdir(folder)).toEqual([]);
    expect(out).toContain('! Lightermail: does not run on');
    expect(out).toMatch(/1 warning; \d found well\.$/);
  });

  it('finds why a start would fail: the port, the folder, the routes', async () => {
    const folder = await temporaryFolder();
    const port = await talker('', () => '');
    const lock = lockDataFolder(folder, new Date());
    onTestFinished(() => lock.release());
    await writeFile(join(folder, 'routes.json'), '[{"id":"r","address":"nobody","identity":"n@example.com"}]');
    const { code, out } = await run([], { ...free, LIGHTERMAIL_SMTP_PORT: `${port}`, LIGHTERMAIL_DATA: folder });
    expect(code).toBe(1);
    expect(out).toMatch(/✗ SMTP port: LIGHTERMAIL_SMTP_PORT is .*another process listens there/);
    expect(out).toMatch(/✗ .*: the data folder is in use by process \d+/);
    expect(out).toMatch(/✗ .*routes\.json: routes: 0\.address is "nobody": must be an address/);
  });

  it('finds a runtime that is up well, with its dead letters, and a canary that comes through', async () => {
    const environment = { ...free, LIGHTERMAIL_DATA: await temporaryFolder() };
    const { stores, endpoints } = await startedRuntime(environment);
    await stores.queues.inbound.reject('{"secret":1}', 'ERR_BAD_EVENT');

    const { code, out } = await run(['--send-canary', '--to', 'ann@example.com', '--wait', '1m'], environment);

    expect(out).toContain(`✓ ${endpoints.http}: up and well, process ${process.pid}`);
    expect(out).toContain(`✓ SMTP ${endpoints.smtp.host}:${endpoints.smtp.port}: greets, and begins TLS`);
    expect(out).toContain('! inbound: 1 dead letter waits for an operator');
    expect(out).toMatch(/✓ capture@in\.example\.com: delivered to ann@example\.com within \d+ s/);
    expect(out).not.toContain('secret');
    expect(code).toBe(0);
    const unknown = await run(['--send-canary', '--to', 'ann@example.com', '--route', 'none'], environment);
    expect(unknown).toMatchObject({ code: 2, out: '', errors: expect.stringContaining('--route: there are capture') });
  });

  it('says that a canary finds nobody to take it', async () => {
    const environment = { ...free, LIGHTERMAIL_DATA: await temporaryFolder() };
    const { code, out } = await run(['--send-canary', '--to', 'ann@example.com'], environment);
    expect(code).toBe(1);
    expect(out).toContain('✗ canary: nothing runs that would take it');
  });

  it('finds a runtime that is gone but for its file, and a console that it may not enter', async () => {
    const gone = await temporaryFolder();
    await writeFile(
      join(gone, 'endpoints.json'),
      JSON.stringify({ smtp: { host: '127.0.0.1', port: 1 }, http: 'http://127.0.0.1:1', pid: process.pid }),
    );
    const dead = await run([], { ...free, LIGHTERMAIL_DATA: gone });
    expect(dead.code).toBe(1);
    expect(dead.out).toMatch(/✗ http:\/\/127\.0\.0\.1:1: process \d+ does not answer there/);
    expect(dead.out).toMatch(/✗ SMTP 127\.0\.0\.1:1: /);

    const LIGHTERMAIL_DATA = await temporaryFolder();
    await startedRuntime({ LIGHTERMAIL_DATA, LIGHTERMAIL_CONSOLE_TOKEN: 'a-token-of-the-console' });
    expect((await run([], { ...free, LIGHTERMAIL_DATA })).out).toContain('the console does not let doctor in');
  });
});

describe('what is outside', () => {
  it('a relay answers, offers TLS, and knows us, or it is said what it lacks', async () => {
    const smtp = (line: string) =>
      /^EHLO/.test(line) ? '250-relay\r\n250 AUTH PLAIN\r\n' : /^AUTH/.test(line) ? '535 5.7.8 no\r\n' : '221 bye\r\n';
    const port = await talker('220 relay\r\n', smtp);
    expect(linesOf(await checkRelay(`smtp://127.0.0.1:${port}`))).toEqual([`ok SMTP relay 127.0.0.1:${port}: answers`]);
    expect(linesOf(await checkRelay(`smtp://u:secret@127.0.0.1:${port}`))).toEqual([
      `error SMTP relay 127.0.0.1:${port}: it refuses user or password`,
    ]);
    expect(linesOf(await checkRelay('smtp://127.0.0.1:1'))).toEqual([
      'error SMTP relay 127.0.0.1:1: it does not answer',
    ]);
  });

  it('clamd answers PONG, or is no clamd, or not there', async () => {
    const clamd = await talker('', (line) => (line === 'zPING\0' ? 'PONG\0' : 'UNKNOWN COMMAND\0'));
    const other = await talker('', () => 'HTTP/1.1 400\0');
    expect(linesOf(await checkClamd(`127.0.0.1:${clamd}`))[0]).toMatch(/^ok /);
    expect(linesOf(await checkClamd(`127.0.0.1:${other}`))[0]).toMatch(/^error .*it is no clamd/);
    expect(linesOf(await checkClamd('/nothing/here.sock'))[0]).toMatch(/^error .*cannot be reached \(ENOENT\)/);
  });

  it('links of mail that leaves must lead somewhere that recipients reach', async () => {
    const relay = { smtpRelay: 'smtp://mail.example.com' };
    expect(linesOf(await checkPublicUrl({}))[0]).toMatch(/^ok /);
    expect(linesOf(await checkPublicUrl(relay))[0]).toMatch(
      /^warning LIGHTERMAIL_PUBLIC_URL: .*lead to this machine only/,
    );
    expect(linesOf(await checkPublicUrl({ ...relay, publicUrl: 'http://localhost:8025' }))[0]).toMatch(/^warning /);
    const away = linesOf(await checkPublicUrl({ ...relay, publicUrl: 'http://127.0.0.1.invalid:1' }));
    expect(away).toEqual([
      expect.stringMatching(/^warning .*plain HTTP/),
      expect.stringMatching(/^error .*cannot be reached/),
    ]);
  });

  it('the data folder is private and can be written; Node is new enough', async () => {
    const folder = join(await temporaryFolder(), 'data');
    await mkdir(folder, { mode: 0o700 });
    expect(linesOf(await checkDataFolder(folder))).toEqual([expect.stringMatching(/^(?:ok|warning) .*MB free$/)]);
    await chmod(folder, 0o755);
    expect(linesOf(await checkDataFolder(folder))).toContainEqual(
      expect.stringMatching(/^warning .*others on this machine/),
    );
    expect(checkNode('24.0.0')[0]?.level).toBe('ok');
    expect(checkNode('20.11.1')[0]?.level).toBe('error');
  });
});
