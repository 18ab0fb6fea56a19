import { describe, expect, it } from 'vitest';
import { main } from '../../../functions/ops/main.ts';
import { startedRuntime, temporaryFolder } from '../../support/local-runtime.ts';

async function run(args: readonly string[], environment: Record<string, string> = {}) {
  const out: string[] = [];
  const errors: string[] = [];
  const print = (line: string) => out.push(line);
  const code = await main(['suppression', ...args], { environment, print, printError: (line) => errors.push(line) });
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

describe('npx lightermail suppression', () => {
  it.each([
    [[], /list, add or remove/],
    [['add'], /needs an address/],
    [['add', 'nobody'], /not an e-mail address/],
    [['add', 'a@example.com', '--class', 'x'], /one of all/],
    [['remove', 'a@example.com', 'b@example.com'], /Unexpected argument/],
    [['add', 'a@example.com', '--reason', 'b@example.com asked'], /holds an address/],
  ])('%j is not understood: exit code 2', async (args, message) => {
    expect(await run(args)).toMatchObject({ code: 2, errors: expect.stringMatching(message) });
  });

  it('tells what to do when nothing runs', async () => {
    const { code, errors } = await run(['list'], { LIGHTERMAIL_DATA: await temporaryFolder() });
    expect(code).toBe(1);
    expect(errors).toContain('start it with "npm start"');
  });

  it('adds, lists and removes on the runtime that is up', async () => {
    const environment = { LIGHTERMAIL_DATA: await temporaryFolder() };
    await startedRuntime(environment);
    expect((await run(['list'], environment)).out).toBe('nobody is on the suppression list');
    expect(await run(['add', 'ann@example.com', '--reason', 'left'], environment)).toMatchObject({
      code: 0,
      errors: '',
    });
    expect((await run(['list'], environment)).out).toMatch(/ all +operator +an\*\*\*\*@example\.com .* left$/);
    expect((await run(['remove', 'ann@example.com', '--class', 'bulk'], environment)).code).toBe(1);
    expect((await run(['remove', 'ann@example.com'], environment)).out).toBe('removed (all)');
    expect((await run(['list', 'ann@example.com'], environment)).out).toMatch(/added .*\n.*removed /);
  });
});
