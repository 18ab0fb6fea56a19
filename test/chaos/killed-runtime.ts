import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The runtime in a process that can be ended at any moment and started again over the same data. */
export interface KilledRuntime {
  readonly http: () => string;
  readonly smtpPort: () => number;
  start(): Promise<void>;
  /** Ends it as a power cut does, at once. */
  kill(): Promise<void>;
  starts(): number;
  lastOutput(): string;
}

const startWithinMs = 60_000;
const lookEveryMs = 10;

export function killedRuntime(dataFolder: string, environment: NodeJS.ProcessEnv): KilledRuntime {
  const endpointsFile = join(dataFolder, 'endpoints.json');
  let child: ChildProcess | undefined;
  let endpoints: { smtp: { port: number }; http: string } = { smtp: { port: 0 }, http: '' };
  let starts = 0;
  let output = '';
  // Whatever ends this process, ends that one: by its own id.
  process.once('exit', () => child?.kill('SIGKILL'));

  return {
    http: () => endpoints.http,
    smtpPort: () => endpoints.smtp.port,
    starts: () => starts,
    lastOutput: () => output.slice(-4000),
    async start() {
      rmSync(endpointsFile, { force: true });
      output = '';
      const started = spawn(process.execPath, [join(import.meta.dirname, 'relay-process.ts')], {
        env: { ...process.env, LIGHTERMAIL_DATA: dataFolder, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      starts += 1;
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (chunk) => {
          output = (output + String(chunk)).slice(-20_000);
        });
      }
      const giveUpAt = performance.now() + startWithinMs;
      while (!existsSync(endpointsFile)) {
        if (started.exitCode !== null || performance.now() > giveUpAt) throw new Error(`no start:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      }
      endpoints = JSON.parse(readFileSync(endpointsFile, 'utf8'));
    },
    async kill() {
      const ending = child;
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.kill('SIGKILL');
      await ended;
    },
  };
}
