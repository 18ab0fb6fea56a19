import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface NatsServer {
  /** `nats://127.0.0.1:<port>` */
  readonly url: string;
  stop(): Promise<void>;
}

export interface NatsServerOptions {
  /** Off for what must work without a store. */
  readonly jetStream?: boolean;
  /** `always`: every write is on disk before it is answered. */
  readonly sync?: 'always';
}

const readyWithinMs = 30_000;

/** Starts a real nats-server on a free loopback port, with its data in a folder that goes away with it. */
export async function startNatsServer({ jetStream = true, sync }: NatsServerOptions = {}): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'lightermail-nats-'));
  const config = join(folder, 'nats.conf');
  const store = `jetstream { store_dir: ${JSON.stringify(folder)} ${sync ? `sync_interval: ${sync}` : ''} }`;
  writeFileSync(config, `host: 127.0.0.1\nport: -1\n${jetStream ? store : ''}\n`);
  const child = spawn('nats-server', ['-c', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  const stopServer = async () => {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const port = await readPort(child);
    return { url: `nats://127.0.0.1:${port}`, stop: stopServer };
  } catch (error) {
    await stopServer();
    throw error;
  }
}

/** Waits for the line that names the port, and for the one that says that the server is ready. */
function readPort(child: ChildProcess): Promise<number> {
  let output = '';
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const fail = (reason: string) => reject(new Error(`nats-server ${reason}: ${output.slice(-2000)}`));
  const timer = setTimeout(() => fail(`was not ready within ${readyWithinMs} ms`), readyWithinMs);
  const read = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-20_000);
    const port = output.match(/Listening for client connections on [\d.]+:(\d+)/)?.[1];
    if (port !== undefined && output.includes('Server is ready')) resolve(Number(port));
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.once('error', (error) =>
    fail(`could not be started (${error.message}); is the package nats-server installed?`),
  );
  child.once('exit', (code) => fail(`ended with ${code}`));
  return promise.finally(() => clearTimeout(timer));
}

/** Ends the one process that was started here. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
