import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type NodeConnectionOptions } from '@nats-io/transport-node';

export interface NatsServer {
  readonly url: string;
  /** A client of its own; closed with the server. */
  connect(options?: NodeConnectionOptions): ReturnType<typeof connect>;
  /** Ends it at once and starts it again on the same port, with the same files. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface NatsServerOptions {
  readonly jetStream?: boolean;
  /** Waits for the disk before each acknowledgement; needs nats-server 2.10 or later. */
  readonly alwaysSync?: boolean;
  /** The program; the one of the path by default. */
  readonly program?: string;
  readonly maxPayloadBytes?: number;
}

const readyWithinMs = 20_000;

/** Starts Debian's nats-server on a free loopback port, with its files in a folder that goes with it. */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lightermail-nats-'));
  const configPath = join(folder, 'nats.conf');
  await writeFile(configPath, toConfig(folder, options));
  let child = spawnServer(options, configPath);
  const url = await readUrl(child, folder);
  const clients: Awaited<ReturnType<typeof connect>>[] = [];
  return {
    url,
    async connect(clientOptions = {}) {
      const client = await connect({ servers: url.replace('nats://', ''), ...clientOptions });
      clients.push(client);
      return client;
    },
    async restart() {
      await end(child);
      await removePorts(folder);
      await writeFile(configPath, toConfig(folder, options, new URL(url).port));
      child = spawnServer(options, configPath);
      await readUrl(child, folder);
    },
    async stop() {
      await Promise.allSettled(clients.map((client) => client.close()));
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function spawnServer(options: NatsServerOptions, configPath: string): ChildProcess {
  const child = spawn(options.program ?? 'nats-server', ['-c', configPath], { stdio: 'ignore' });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  return child;
}

async function removePorts(folder: string): Promise<void> {
  for (const file of await readdir(folder)) if (file.endsWith('.ports')) await rm(join(folder, file));
}

function toConfig(
  folder: string,
  { jetStream = true, alwaysSync, maxPayloadBytes }: NatsServerOptions,
  port = '-1',
): string {
  const sync = alwaysSync === true ? 'sync_interval: always' : '';
  return [
    `listen: "127.0.0.1:${port}"`,
    `ports_file_dir: "${folder}"`,
    ...(maxPayloadBytes === undefined ? [] : [`max_payload: ${maxPayloadBytes}`]),
    ...(jetStream ? [`jetstream { store_dir: "${folder}/js"\n ${sync} }`] : []),
  ].join('\n');
}

async function readUrl(child: ChildProcess, folder: string): Promise<string> {
  const endsAt = performance.now() + readyWithinMs;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`nats-server ended with ${child.exitCode}: is it installed?`);
    const name = (await readdir(folder)).find((file) => file.endsWith('.ports'));
    const text = name === undefined ? '' : await readFile(join(folder, name), 'utf8');
    const url = /nats:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
    if (url !== undefined) return url;
    if (performance.now() > endsAt) throw new Error('nats-server was not ready in time');
    await delay(20);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
