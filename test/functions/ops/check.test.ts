import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { splitMbox } from '../../../functions/ops/check-mbox.ts';
import { main } from '../../../functions/ops/main.ts';
import { temporaryFolder } from '../../support/local-runtime.ts';

async function run(args: readonly string[], environment: Record<string, string> = {}) {
  const out: string[] = [];
  const errors: string[] = [];
  const progress: string[] = [];
  const code = await main(args, {
    environment,
    print: (line) => out.push(line),
    printError: (line) => errors.push(line),
    showProgress: (text) => progress.push(text),
  });
  return { code, out: out.join('\n'), errors: errors.join('\n'), progress };
}

interface Line {
  file: string;
  state: string;
  code?: string;
  recipients: string[];
  parts: Record<string, unknown>[];
  warnings: string[];
  ms: number;
}

async function check(...args: string[]): Promise<{ code: number; lines: Line[]; errors: string }> {
  const LIGHTERMAIL_DATA = join(await temporaryFolder(), 'data');
  const { code, out, errors } = await run(['check', '--json', ...args], { LIGHTERMAIL_DATA });
  return { code, lines: out === '' ? [] : out.split('\n').map((line) => JSON.parse(line)), errors };
}

const list = ':Email_Rxers_Code:[a@example.com, b@example.com]:Email_Rxers_Code:';
const mail = (body: string) =>
  [
    'From: device@example.org',
    'To: capture@in.example.com',
    'Subject: s',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    '',
    body,
    '--b',
    'Content-Type: application/pdf; name=r.pdf',
    'Content-Transfer-Encoding: base64',
    '',
    'AAEC',
    '--b--',
    '',
  ].join('\n');

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content, 'latin1');
  }
  return folder;
}

describe('npx lightermail check', () => {
  it('tells state, recipients and the fate of each file, as one JSON object a line', async () => {
    const folder = await folderWith({ 'one.eml': mail(list) });
    const file = join(folder, 'one.eml');
    const { code, lines } = await check(file);
    expect(code).toBe(0);
    expect(lines).toEqual([
      {
        file,
        state: 'relayed',
        recipients: ['a@example.com', 'b@example.com'],
        parts: [
          {
            path: '2',
            name: 'r.pdf',
            contentType: 'application/pdf',
            bytes: 3,
            sha256: createHash('sha256')
              .update(Buffer.from([0, 1, 2]))
              .digest('hex'),
            fate: 'offloaded',
            reason: expect.any(String),
          },
        ],
        warnings: [],
        ms: expect.any(Number),
      },
    ]);
    expect(Object.keys(lines[0] ?? {})).toEqual(['file', 'state', 'recipients', 'parts', 'warnings', 'ms']);
  });

  it('names files also where nobody is named, and why the mail is parked', async () => {
    const folder = await folderWith({ 'one.eml': mail('nobody') });
    const { code, lines } = await check(folder);
    expect(code).toBe(0);
    expect(lines[0]).toMatchObject({
      state: 'parked',
      code: 'ERR_NO_RECIPIENTS',
      recipients: [],
      parts: [{ name: 'r.pdf' }],
    });
    const own = await check(folder, '--recipient', 'x@example.com', '--recipient', 'y@example.com');
    expect(own.lines[0]).toMatchObject({ state: 'relayed', recipients: ['x@example.com', 'y@example.com'] });
  });

  it('reads folders through and passes over what is no mail', async () => {
    const folder = await folderWith({
      'b/two.eml': mail(list),
      'a/cur/1700000000.M1.host:2,S': mail(list),
      'a/notes.txt': 'hello there',
      'a/data.json': '{"From": 1}',
      '.hidden/x.eml': mail(list),
      'c.eml': '',
    });
    const { code, lines } = await check(folder);
    expect(lines.map(({ file, state, code: why }) => [file.slice(folder.length + 1), why ?? state])).toEqual([
      ['a/cur/1700000000.M1.host:2,S', 'relayed'],
      ['b/two.eml', 'relayed'],
      ['c.eml', 'ERR_EMPTY'],
    ]);
    expect(code).toBe(0);
  });

  it('C18 reads an mbox mail by mail', async () => {
    const from = 'From device@example.org Sun Nov 22 08:00:00 2026\n';
    const quoted = mail(`${list}\n\nFrom the desk of Ann\n\n>From here on`);
    const folder = await folderWith({
      'x.mbox': `${from}${mail(list)}\n${from}${quoted}\n${from}${mail('nobody')}`,
      'lone.eml': `${from}${mail(list)}`,
    });
    const { lines } = await check(folder);
    expect(lines.map(({ file, state }) => [file.slice(folder.length + 1), state])).toEqual([
      ['lone.eml', 'relayed'],
      ['x.mbox#1', 'relayed'],
      ['x.mbox#2', 'relayed'],
      ['x.mbox#3', 'parked'],
    ]);
    expect(lines.every(({ parts }) => parts.length === 1)).toBe(true);
  });

  it('goes by the routes that are named, by what the mail says of its route, and by no route that is not there', async () => {
    const identity = 'n@example.com';
    const routes = JSON.stringify([
      { id: 'scans', address: 'scans@in.example.com', identity, recipients: { from: 'fixed', to: ['s@example.com'] } },
      { id: 'logs', address: 'capture@in.example.com', identity, recipients: { from: 'fixed', to: ['l@example.com'] } },
    ]);
    const folder = await folderWith({ 'routes.json': routes, 'one.eml': mail('x') });
    const file = join(folder, 'one.eml');
    const named = ['--routes', join(folder, 'routes.json')];
    expect((await check(file, ...named)).lines[0]?.recipients).toEqual(['l@example.com']);
    expect((await check(file, ...named, '--route', 'scans')).lines[0]?.recipients).toEqual(['s@example.com']);
    expect(await check(file, ...named, '--route', 'else')).toMatchObject({ code: 2 });
    expect(await check(file, '--routes', join(folder, 'nothing.json'))).toMatchObject({ code: 1 });
  });

  it('stores nothing', async () => {
    const folder = await folderWith({ 'one.eml': mail(list) });
    const parent = await temporaryFolder();
    const data = join(parent, 'data');
    expect((await run(['check', folder], { LIGHTERMAIL_DATA: data })).code).toBe(0);
    expect(await readdir(parent)).toEqual([]);
    expect(await readdir(folder)).toEqual(['one.eml']);
  });

  it('shows people a table, a sum and the progress', async () => {
    const folder = await folderWith({ 'a.eml': mail(list), 'b.eml': mail('nobody\u001b[2J') });
    const { code, out, progress } = await run(['check', folder], { LIGHTERMAIL_DATA: join(folder, 'data') });
    expect(code).toBe(0);
    expect(out).toMatch(
      /^relayed {5}.*a\.eml {2}\d+ ms\n {4}to a@example\.com, b@example\.com\n {4}part 2 {2}r\.pdf {2}application\/pdf {2}3 bytes {2}offloaded: /,
    );
    expect(out).toMatch(/parked .*ERR_NO_RECIPIENTS: the body holds no recipient list/);
    expect(out).toContain('2 mails: 1 relayed, 1 parked (ERR_NO_RECIPIENTS 1)');
    expect(progress.at(-1)).toBe('');
    expect(progress.join('')).toContain('1 mail: 1 relayed');
  });

  it('exit code 1 for what cannot be read, and the rest is read all the same', async () => {
    const folder = await folderWith({ 'a.eml': mail(list) });
    const { code, lines, errors } = await check(join(folder, 'none.eml'), folder);
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    expect(errors).toContain('none.eml: no such file');
  });

  it.each([
    [['check'], /name at least one file or folder/],
    [['check', 'x.eml', '--recipient', 'nobody'], /--recipient "nobody" is not/],
    [['check', 'x.eml', '--what'], /Unknown option '--what'/],
  ])('%j: exit code 2', async (args, message) => {
    expect(await run(args)).toMatchObject({ code: 2, errors: expect.stringMatching(message) });
  });
});

describe('npx lightermail <verb> --help', () => {
  it.each(['start', 'send', 'status', 'check'])('%s shows its own options and examples', async (verb) => {
    for (const args of [
      [verb, '--help'],
      [verb, '-h'],
      ['help', verb],
    ]) {
      const { code, out, errors } = await run(args);
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      expect(out).toMatch(new RegExp(`^lightermail ${verb}`));
      expect(out).toContain(`npx lightermail ${verb}`);
    }
  });
});

describe('splitMbox', () => {
  it.each([1, 2, 3, 7, 64, 10_000])('C18 finds the same mails in chunks of %i bytes', async (size) => {
    const separator = (day: number) => `From a@b Sun Nov ${day} 08:00:00 2026`;
    const mails = [
      `${separator(1)}\nA: 1\n\nx\nFrom no empty line 08:00\n\nFrom no date\n`,
      `${separator(2)}\r\nA: 2\r\n\r\nbody\r\n`,
      `${separator(3)}\nA: 3\n\n${'long '.repeat(300)}\n`,
      `${separator(4)}`,
    ];
    const whole = Buffer.from(`${mails[0]}\n${mails[1]}\r\n${mails[2]}\n${mails[3]}`);
    const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
      whole.subarray(index * size, (index + 1) * size),
    );
    const found: string[] = [];
    for await (const { bytes } of splitMbox(Readable.from(chunks))) {
      const parts: Buffer[] = [];
      for await (const chunk of bytes) parts.push(chunk);
      found.push(Buffer.concat(parts).toString());
    }
    expect(found.map((text) => text.trimEnd())).toEqual(mails.map((text) => text.trimEnd()));
    expect(found.join('')).toBe(whole.toString());
  });
});
