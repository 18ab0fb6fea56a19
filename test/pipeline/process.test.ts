import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RuntimeProcess, readMailbox, startRuntimeProcess, submit } from '../support/runtime-process.ts';

let folder: string;
const running: RuntimeProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightermail-process-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.kill()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(environment: NodeJS.ProcessEnv = {}) {
  const runtime = await startRuntimeProcess(join(folder, 'data'), environment);
  running.push(runtime);
  return runtime;
}

const mailOf = (body: string) =>
  `From: device@example.com\r\nSubject: s\r\n\r\n${body}\r\n:Email_Rxers_Code:[a@example.com,b@example.com]:Email_Rxers_Code:\r\n`;

describe('the running system', () => {
  it('B5 loses and doubles nothing when it is killed right after the 250, again and again', async () => {
    const rounds = 5;
    for (let round = 0; round < rounds; round += 1) {
      const runtime = await start();
      expect(await submit(runtime.smtpPort, mailOf(`round ${round}`))).toMatch(/^250 /);
      await runtime.kill();
    }
    const runtime = await start();
    await expect.poll(async () => (await readMailbox(runtime.http)).length, { timeout: 90_000 }).toBe(rounds * 2);
    const queues = (await (await fetch(`${runtime.http}/api/queues`)).json()) as {
      name: string;
      messageCount?: number;
    }[];
    expect(queues).toHaveLength(4);
    const mailbox = await readMailbox(runtime.http);
    expect(new Set(mailbox.map(({ emailId }) => emailId)).size).toBe(rounds * 2);
    const mails = (await (await fetch(`${runtime.http}/api/inbound`)).json()) as { state: string }[];
    await expect
      .poll(async () =>
        ((await (await fetch(`${runtime.http}/api/inbound`)).json()) as { state: string }[]).map(({ state }) => state),
      )
      .toEqual(Array.from({ length: rounds }, () => 'relayed'));
    expect(mails).toHaveLength(rounds);
  }, 180_000);

  it('B23 stops cleanly on SIGTERM with exit code 0', async () => {
    const runtime = await start();
    await submit(runtime.smtpPort, mailOf('last'));
    expect(await runtime.stop()).toBe(0);
    const again = await start();
    await expect.poll(async () => (await readMailbox(again.http)).length, { timeout: 30_000 }).toBe(2);
  });

  it('R10 takes a 38 MB mail in under 200 MB of memory, and gives its file back byte for byte', async () => {
    const report = join(folder, 'memory.txt');
    const hook = join(folder, 'report-memory.mjs');
    writeFileSync(
      hook,
      `import { writeFileSync } from 'node:fs';
       process.on('exit', () => writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)));`,
    );
    const runtime = await start({ NODE_OPTIONS: `--import=${hook}` });
    const file = randomBytes(28_000_000);
    const response = await submit(runtime.smtpPort, Readable.from(bigMail(file)));
    expect(response).toMatch(/^250 /);
    await expect.poll(async () => (await readMailbox(runtime.http)).length, { timeout: 60_000 }).toBe(2);

    const [first] = await readMailbox(runtime.http);
    const mime = await (await fetch(`${runtime.http}/api/mailbox/${first?.id}/raw`)).text();
    const link = /\/f\/[A-Za-z0-9_-]{32}/.exec(mime)?.[0];
    // The button of the page.
    const answer = await fetch(`${runtime.http}${link}`, { method: 'POST' });
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="big.bin"/);
    const hash = createHash('sha256');
    for await (const chunk of answer.body ?? []) hash.update(chunk);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(file).digest('hex'));

    expect(await runtime.stop()).toBe(0);
    const maxRssMegabytes = Number(readFileSync(report, 'utf8')) / 1024;
    console.log(`38 MB mail through the whole runtime: ${maxRssMegabytes.toFixed(0)} MB resident at most`);
    expect(maxRssMegabytes).toBeLessThan(200);
  }, 120_000);
});

function* bigMail(file: Buffer): Generator<string> {
  yield 'From: device@example.com\r\nSubject: big\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n';
  yield '--b\r\nContent-Type: text/plain\r\n\r\n:Email_Rxers_Code:[a@example.com,b@example.com]:Email_Rxers_Code:\r\n';
  yield '--b\r\nContent-Type: application/octet-stream; name="big.bin"\r\nContent-Transfer-Encoding: base64\r\n';
  yield 'Content-Disposition: attachment; filename="big.bin"\r\n\r\n';
  const lineBytes = 57;
  const linesAtOnce = 1000;
  for (let start = 0; start < file.length; start += lineBytes * linesAtOnce) {
    const lines: string[] = [];
    const end = Math.min(file.length, start + lineBytes * linesAtOnce);
    for (let at = start; at < end; at += lineBytes)
      lines.push(file.subarray(at, Math.min(end, at + lineBytes)).toString('base64'));
    yield `${lines.join('\r\n')}\r\n`;
  }
  yield '--b--\r\n';
}
