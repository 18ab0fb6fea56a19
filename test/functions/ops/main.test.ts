import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../../functions/ops/main.ts';
import { startedRuntime, temporaryFolder } from '../../support/local-runtime.ts';

async function run(args: readonly string[], environment: Record<string, string> = {}) {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await main(args, {
    environment,
    print: (line) => out.push(line),
    printError: (line) => errors.push(line),
  });
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

describe('npx lightermail', () => {
  it('shows help when asked, and with exit code 2 when nothing or something unknown is asked', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('lightermail <verb>') });
    expect(await run([])).toMatchObject({ code: 2, out: expect.stringContaining('lightermail <verb>') });
    expect(await run(['frobnicate'])).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/^"frobnicate" is not a verb/),
    });
    expect((await run(['constructor'])).code).toBe(2);
  });

  it('shows the version', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });

  it('B24 a bad setting stops it with one line for each, exit code 1, no stack', async () => {
    const { code, errors } = await run(['start'], { LIGHTERMAIL_SMTP_PORT: 'x', LIGHTERMAIL_HTTP_PORT: 'y' });

    expect(code).toBe(1);
    expect(errors.split('\n')).toEqual([
      expect.stringMatching(/^LIGHTERMAIL_SMTP_PORT is "x": must be a port/),
      expect.stringMatching(/^LIGHTERMAIL_HTTP_PORT is "y": must be a port/),
    ]);
  });

  it.each([
    [['send', '--what'], /Unknown option '--what'/],
    [['send', '--to'], /--to/],
    [['send', '--to', 'nobody'], /^"nobody" is not an e-mail address/],
    [['send', '--recipients', 'a@example.com', '--attach', '/nothing/here'], /^--attach \/nothing\/here: no such file/],
    [['status', 'now'], /Unexpected argument 'now'/],
  ])('%j is not understood: exit code 2', async (args, message) => {
    expect(await run(args)).toMatchObject({ code: 2, errors: expect.stringMatching(message) });
  });

  it.each([['send'], ['status']])('%s tells what to do when nothing runs', async (verb) => {
    const folder = await temporaryFolder();
    const { code, errors } = await run([verb], { LIGHTERMAIL_DATA: folder });

    expect(code).toBe(1);
    expect(errors).toContain('start it with "npm start"');
  });

  it('takes endpoints that a crash left behind for what they are', async () => {
    const folder = await temporaryFolder();
    const gone = { smtp: { host: '127.0.0.1', port: 1 }, http: 'http://127.0.0.1:1', pid: 2 ** 22 + 1 };
    await writeFile(join(folder, 'endpoints.json'), JSON.stringify(gone));

    expect((await run(['status'], { LIGHTERMAIL_DATA: folder })).errors).toContain('nothing runs on');
  });
});

describe('npx lightermail send and status', () => {
  it('sends a mail with a sample file and tells what became of it', async () => {
    const LIGHTERMAIL_DATA = await temporaryFolder();
    const { endpoints } = await startedRuntime({ LIGHTERMAIL_DATA });

    const sent = await run(['send', '--recipients', 'anna@example.com,ben@example.com'], { LIGHTERMAIL_DATA });

    expect(sent.errors).toBe('');
    expect(sent.code).toBe(0);
    expect(sent.out).toContain('the server answered: 250 2.0.0 queued as ');
    expect(sent.out).toContain('the mail is relayed (1 of 1 files behind links)');
    expect(sent.out).toContain('  anna@example.com  delivered\n  ben@example.com  delivered');
    expect(sent.out).toContain(`look at it: ${endpoints.http}/`);
    const status = await run(['status'], { LIGHTERMAIL_DATA });
    expect(status.out).toMatch(/inbound +0 +0 +0 +0/);
    expect(status.out).toMatch(/relayed +2 +1 +Hello from Lightermail/);
  });

  it('sends the files that are named, as the user that is set', async () => {
    const LIGHTERMAIL_DATA = await temporaryFolder();
    const environment = { LIGHTERMAIL_DATA, LIGHTERMAIL_SMTP_USERS: 'printer:secret' };
    await startedRuntime(environment);
    const file = join(LIGHTERMAIL_DATA, 'report.txt');
    await writeFile(file, 'figures');

    const sent = await run(
      ['send', '--recipients', 'anna@example.com', '--attach', file, '--attach', file],
      environment,
    );

    expect(sent.out).toContain('(2 of 2 files behind links)');
  });

  it.each([
    [['send'], /^--recipients is needed/],
    [['send', '--to', 'else@example.com', '--recipients', 'a@example.com'], /no route has this address/],
  ])('%j: exit code 2', async (args, message) => {
    const LIGHTERMAIL_DATA = await temporaryFolder();
    await startedRuntime({ LIGHTERMAIL_DATA });

    expect(await run(args, { LIGHTERMAIL_DATA })).toMatchObject({ code: 2, errors: expect.stringMatching(message) });
  });
});
