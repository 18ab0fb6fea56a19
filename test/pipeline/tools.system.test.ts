import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type MailboxEntry,
  type RuntimeProcess,
  readMailbox,
  startRuntimeProcess,
} from '../support/runtime-process.ts';

/** The tools that people have at hand, against the system as `npm start` runs it. */
let folder: string;
let runtime: RuntimeProcess;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lightermail-tools-'));
  runtime = await startRuntimeProcess(join(folder, 'data'));
});
afterAll(async () => {
  await runtime.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** The transcript as the first description of this way of working prints it: no blank line before the file, no last `--`. */
const data = [
  'Subject: Email with attachment',
  'From: device@example.com',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="BOUNDARY"',
  '',
  '--BOUNDARY',
  'Content-Type: text/plain',
  '',
  'Line1: This is a test mail.',
  'Line2:Email_Rxers_Code:[ann@example.com,ben@example.com]:Email_Rxers_Code:',
  '--BOUNDARY',
  'Content-Type: application/octet-stream; name="content"',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment; filename="content"',
  Buffer.from('hello from the transcript\n').toString('base64'),
  '--BOUNDARY',
  '.',
];
const secret = Buffer.from('device').toString('base64');

/** What is typed, and the answer that each piece waits for. */
const dialogue: readonly (readonly [RegExp, string])[] = [
  [/^250 /m, 'EHLO device.example.com'],
  [/^250 SIZE/m, 'AUTH LOGIN'],
  [/^334 /m, secret],
  [/^334 /m, secret],
  [/^235 /m, 'MAIL FROM:<device@example.com>'],
  [/^250 /m, 'RCPT TO:<capture@in.example.com>'],
  [/^250 /m, 'DATA'],
  [/^354 /m, data.join('\n')],
  [/^250 2\.0\.0 queued/m, 'QUIT'],
];

function typeInto(port: number): Promise<string> {
  const args = ['s_client', '-crlf', '-quiet', '-starttls', 'smtp', '-connect', `localhost:${port}`];
  const child = spawn('openssl', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let all = '';
    let pending = '';
    let step = 0;
    child.on('error', reject);
    const read = (chunk: Buffer) => {
      all += String(chunk);
      pending += String(chunk);
      const [answer, line] = dialogue[step] ?? [];
      if (answer === undefined || line === undefined || !answer.test(pending)) return;
      pending = '';
      step += 1;
      child.stdin.write(`${line}\n`);
    };
    // openssl itself shows the last line before TLS, on standard error.
    child.stderr.on('data', read);
    child.stdout.on('data', read);
    child.on('exit', () => resolve(all));
  });
}

async function received(count: number): Promise<MailboxEntry[]> {
  await expect.poll(async () => (await readMailbox(runtime.http)).length, { timeout: 30_000 }).toBe(count);
  return readMailbox(runtime.http);
}

async function linkOf(mail: MailboxEntry): Promise<{ mime: string; file: string; url: string }> {
  const mime = await (await fetch(`${runtime.http}/api/mailbox/${mail.id}/raw`)).text();
  const url = /\/f\/[A-Za-z0-9_-]{32}/.exec(mime)?.[0] ?? '';
  // What pressing "Download" does: the answer leads to the file.
  const answer = await fetch(`${runtime.http}${url}`, { method: 'POST' });
  return { mime, url, file: await answer.text() };
}

describe('mail from the tools that people have', () => {
  it('the transcript typed into openssl s_client reaches both recipients with a link of their own', async () => {
    expect(await typeInto(runtime.smtpPort)).toMatch(/^250 2\.0\.0 queued as /m);
    const mails = await received(2);
    expect(mails.map(({ rcptTo }) => rcptTo).sort()).toEqual(['ann@example.com', 'ben@example.com']);
    const links = await Promise.all(mails.map(linkOf));
    for (const { mime, file } of links) {
      expect(mime).not.toMatch(/Email_Rxers_Code/i);
      expect(mime).toContain('This is a test mail.');
      expect(file).toBe('hello from the transcript\n');
    }
    expect(links[0]?.url).not.toBe(links[1]?.url);
    const [entry] = (await (await fetch(`${runtime.http}/api/inbound`)).json()) as { warnings: string[] }[];
    expect(entry?.warnings).toEqual(['part 2: header-line-without-colon', 'boundary-unclosed']);
  });

  it('swaks --attach arrives byte for byte', async () => {
    const attached = join(folder, 'reading.csv');
    const content = 'time,value\r\n09:15,17.2\r\n';
    writeFileSync(attached, content);
    await promisify(execFile)('swaks', [
      '--server',
      `localhost:${runtime.smtpPort}`,
      '--tls',
      '--from',
      'device@example.com',
      '--to',
      'capture@in.example.com',
      '--body',
      'Report for :Email_Rxers_Code:[ann@example.com,ben@example.com]:Email_Rxers_Code:',
      '--attach',
      `@${attached}`,
    ]);
    const mails = await received(4);
    const links = await Promise.all(mails.slice(0, 2).map(linkOf));
    for (const { file } of links) expect(file).toBe(content);
  });
});
