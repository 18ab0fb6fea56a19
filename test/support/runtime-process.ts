import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';

const root = join(import.meta.dirname, '../..');

/** A running `npm start`, as a process of its own. */
export interface RuntimeProcess {
  readonly smtpPort: number;
  readonly http: string;
  readonly pid: number;
  /** Everything that it has printed. */
  output(): string;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
  /** Ends it as an operator does; answers the exit code. */
  stop(): Promise<number | null>;
}

const startWithinMs = 30_000;
const lookEveryMs = 20;

/** Starts the local runtime over a data folder and waits until it says that it is ready. */
export async function startRuntimeProcess(
  dataFolder: string,
  environment: NodeJS.ProcessEnv = {},
  args: readonly string[] = startArguments(),
): Promise<RuntimeProcess> {
  const endpointsFile = join(dataFolder, 'endpoints.json');
  rmSync(endpointsFile, { force: true });
  const child = spawn(process.execPath, args, {
    env: {
      ...process.env,
      LIGHTERMAIL_DATA: dataFolder,
      LIGHTERMAIL_SMTP_PORT: '0',
      LIGHTERMAIL_HTTP_PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  await until(
    () => existsSync(endpointsFile),
    child,
    () => printed,
  );
  const endpoints = JSON.parse(readFileSync(endpointsFile, 'utf8'));
  const end = (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  return {
    smtpPort: endpoints.smtp.port,
    http: endpoints.http,
    pid: endpoints.pid,
    output: () => printed,
    kill: async () => {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
}

/** What package.json's `start` gives to node. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [, ...args] = String(scripts.start).split(' ');
  return args.map((arg) => (arg.endsWith('.js') ? join(root, arg) : arg));
}

async function until(ready: () => boolean, child: ChildProcess, printed: () => string): Promise<void> {
  const giveUpAt = Date.now() + startWithinMs;
  while (!ready()) {
    if (child.exitCode !== null || Date.now() > giveUpAt) throw new Error(`the runtime did not start:\n${printed()}`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** Sends one mail by SMTP; resolved with the server's 250. */
export async function submit(port: number, raw: string | Buffer | NodeJS.ReadableStream): Promise<string> {
  const transport = createTransport({ host: '127.0.0.1', port, tls: { rejectUnauthorized: false } });
  const info = await transport.sendMail({
    envelope: { from: 'device@example.com', to: ['capture@in.example.com'] },
    // nodemailer takes a stream here as well, which its types leave out.
    raw: raw as string,
  });
  transport.close();
  return info.response;
}

export interface MailboxEntry {
  readonly id: string;
  readonly emailId: string;
  readonly rcptTo: string;
}

export async function readMailbox(http: string): Promise<MailboxEntry[]> {
  const answer = await fetch(`${http}/api/mailbox`);
  return (await answer.json()) as MailboxEntry[];
}
