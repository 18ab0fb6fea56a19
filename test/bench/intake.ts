import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { type RuntimeProcess, startRuntimeProcess } from '../support/runtime-process.ts';
import { percentile, spreadOf, toTable } from './figures.ts';

const connections = 8;
const runs = 3;
const mailsPerRun = 300;
const endsWithinMs = 120_000;
const fileBytes = 100_000;

const from = 'device@example.com';
const to = ['capture@in.example.com'];

/**
 * The whole of one machine: mails of one file and two recipients over kept SMTP connections, until each recipient's
 * mail is in the local mailbox.
 */
export async function measureIntake(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lightermail-intake-'));
  const runtime = await startRuntimeProcess(folder, { LIGHTERMAIL_LOG_LEVEL: 'error' });
  try {
    await run(runtime, 50);
    const all = [];
    for (let count = 0; count < runs; count += 1) all.push(await run(runtime, mailsPerRun));
    const cells = (values: readonly number[]) => Object.values(spreadOf(values)).map((value) => value.toFixed(0));
    const waits = all.flatMap(({ waitsMs }) => waitsMs).toSorted((a, b) => a - b);
    const rows = [
      ['', 'min', 'median', 'max'],
      ['mails answered 250 a second', ...cells(all.map(({ acceptedPerSecond }) => acceptedPerSecond))],
      ['mails relayed to both recipients a second', ...cells(all.map(({ relayedPerSecond }) => relayedPerSecond))],
    ];
    const times = [0.5, 0.99].map((share) => percentile(waits, share).toFixed(0));
    const resident = await residentMegabytes(runtime.pid);
    return [
      `SMTP to mailbox, ${connections} connections, ${runs} runs of ${mailsPerRun} mails of ${fileBytes / 1000} kB`,
      toTable(rows),
      `DATA to 250: p50 ${times[0]} ms, p99 ${times[1]} ms; resident at the end: ${resident} MB`,
    ].join('\n');
  } finally {
    await runtime.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function run({ smtpPort, http }: RuntimeProcess, mails: number) {
  const transport = createTransport({
    ...{ host: '127.0.0.1', port: smtpPort, pool: true, maxConnections: connections, maxMessages: mails },
    ignoreTLS: true,
  });
  const waitsMs: number[] = [];
  const beganMs = performance.now();
  let next = 0;
  const sender = async () => {
    while (next < mails) {
      next += 1;
      const raw = toMail(next);
      const askedMs = performance.now();
      await transport.sendMail({ envelope: { from, to }, raw });
      waitsMs.push(performance.now() - askedMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, sender));
  const acceptedMs = performance.now() - beganMs;
  transport.close();
  while (!(await isIdle(http))) {
    if (performance.now() - beganMs > endsWithinMs) throw new Error('the mails were not relayed in time');
    await delay(10);
  }
  const relayedMs = performance.now() - beganMs;
  return { waitsMs, acceptedPerSecond: (mails / acceptedMs) * 1000, relayedPerSecond: (mails / relayedMs) * 1000 };
}

async function isIdle(http: string): Promise<boolean> {
  const answer = await fetch(`${http}/api/queues`);
  const queues = (await answer.json()) as { name: string; messageCount: number }[];
  const busy = queues.filter(({ name }) => name === 'inbound' || name === 'outbound');
  return busy.every(({ messageCount }) => messageCount === 0);
}

async function residentMegabytes(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? 'unknown' : (Number(kilobytes) / 1024).toFixed(0);
}

function toMail(index: number): string {
  const file = randomBytes((fileBytes * 3) / 4)
    .toString('base64')
    .replace(/.{76}/g, '$&\r\n');
  return [
    `From: ${from}\r\nSubject: reading ${index}\r\nMIME-Version: 1.0`,
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n',
    `:Email_Rxers_Code:[ann@example.com,ben@example.com]:Email_Rxers_Code:\r\n\r\nReading ${index}.\r\n--b`,
    'Content-Type: application/octet-stream; name="reading.bin"\r\nContent-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="reading.bin"\r\n\r\n${file}\r\n--b--\r\n`,
  ].join('\r\n');
}
