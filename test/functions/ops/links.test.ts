import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLinkOptions, toLinkId, toSelection } from '../../../functions/ops/links-options.ts';
import { main } from '../../../functions/ops/main.ts';
import { hashToken } from '../../../shared/mail/link-token.ts';
import { startedRuntime, temporaryFolder } from '../../support/local-runtime.ts';

const token = 'abcdefghijklmnopqrstuvwxyz012345';

// biome-ignore lint/suspicious/noExplicitAny: the shape is what each test asserts
const jsonOf = async (response: Response | Promise<Response>): Promise<any> => (await response).json();

/** Runs a verb against a data folder; answers its exit code and what it printed. */
function commandsOn(folder: string) {
  return async (...args: string[]) => {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const environment = { LIGHTERMAIL_DATA: folder };
    const code = await main(args, { environment, print, printError: print });
    return { code, text: lines.join('\n') };
  };
}

describe('a link that a verb is given', () => {
  it('is its whole URL, its token or its id', () => {
    expect(toLinkId(`https://links.example.com/f/${token}`)).toBe(hashToken(token));
    expect(toLinkId(token)).toBe(hashToken(token));
    expect(toLinkId('a'.repeat(64))).toBe('a'.repeat(64));
  });

  it('that is none is refused without being repeated', () => {
    for (const wrong of ['x', `https://example.com/${token}?x=1`, `${token}${token}`, ''])
      expect(() => toLinkId(wrong)).toThrow(/^the link is none of ours/);
  });

  it('stands alone: not with a mail, and something must be named', () => {
    expect(() => toSelection(token, { mail: 'a'.repeat(40) })).toThrow(/name a link/);
    expect(() => toSelection(undefined, {})).toThrow(/name a link/);
    expect(() => toSelection(undefined, { mail: 'nonsense' })).toThrow(/not a mail id/);
    expect(() => toSelection(undefined, { recipient: 'nobody' })).toThrow(/not an e-mail address/);
    expect(() => parseLinkOptions(['a', 'b'], {})).toThrow(/only one link/);
    expect(toSelection(undefined, { mail: 'a'.repeat(40), recipient: 'ann@example.com' })).toEqual({
      ...{ mailId: 'a'.repeat(40), recipient: 'ann@example.com' },
    });
  });
});

describe('links, revoke, renew, remind, replace', () => {
  it('work on the runtime that is up, from the first mail to the last byte', async () => {
    const folder = await temporaryFolder();
    const { endpoints } = await startedRuntime({ LIGHTERMAIL_DATA: folder });
    const run = commandsOn(folder);
    await writeFile(join(folder, 'new report.txt'), 'the corrected report');
    await run('send', '--recipients', 'ann@example.com');
    const [mail] = await jsonOf(fetch(`${endpoints.http}/api/mailbox`));
    const { links } = await jsonOf(fetch(`${endpoints.http}/api/mailbox/${mail.id}/view`));
    const url: string = links.find((one: string) => one.includes('/f/'));

    const revoked = await run('revoke', url, '--reason', 'wrong customer');
    expect(revoked).toMatchObject({ code: 0, text: expect.stringContaining('1 of 1 link changed: withdrawn at once') });
    expect((await fetch(url)).status).toBe(410);

    expect(await run('renew', url, '--for', '2h')).toMatchObject({ code: 0 });
    const replaced = await run('replace', url, '--file', join(folder, 'new report.txt'));
    expect(replaced.text).toContain('nobody had fetched the old file');
    const given = await fetch(url, { method: 'POST' });
    expect(await given.text()).toBe('the corrected report');

    const shown = await run('links', url);
    expect(shown.text).toMatch(
      /revoked by .*: wrong customer[\s\S]*renewed by[\s\S]*replaced by[\s\S]*file \(program\)/,
    );
    const [entry] = await jsonOf(fetch(`${endpoints.http}/api/inbound`));
    expect((await run('links', '--mail', entry.mailId)).text).toMatch(
      /ann@example.com {2}sent 20[\s\S]*fetched 20.* by a machine/,
    );
    expect(await run('remind', '--mail', entry.mailId)).toMatchObject({
      code: 0,
      text: expect.stringContaining('1 recipient: reminded within a minute'),
    });
    expect(await run('revoke', '--mail', entry.mailId)).toMatchObject({ code: 0 });
    expect((await fetch(url)).status).toBe(410);
    expect(await run('revoke', 'b'.repeat(64))).toMatchObject({ code: 1, text: 'there is no such link' });
  });

  it('say what is wrong with their arguments, and that nothing runs', async () => {
    const run = commandsOn(await temporaryFolder());
    expect(await run('revoke')).toMatchObject({ code: 2 });
    expect(await run('renew', token, '--for', 'long')).toMatchObject({ code: 2, text: expect.stringContaining('36h') });
    expect(await run('replace', token)).toMatchObject({ code: 2 });
    expect(await run('revoke', token)).toMatchObject({ code: 1, text: expect.stringContaining('nothing runs') });
  });
});
