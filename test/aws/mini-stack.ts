import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { until } from '../contract/until.ts';
import { freePort } from './free-port.ts';

export interface MiniStack {
  readonly endpoint: string;
  readonly accountId: string;
  readonly region: string;
  /** For any client that acts as the account itself. */
  readonly settings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** The environment of a command that talks to it, such as `cdk`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything it has written so far, at most the last megabyte. */
  log(): string;
  stop(): Promise<void>;
}

const toolsPython = resolve('test-output/tools/venv/bin/python');
const readyWithinMs = 60_000;
const keptLogBytes = 1_000_000;

/**
 * Starts MiniStack, an AWS written by others, on a free loopback port. It judges every call of a function by the
 * function's own role (`AUTH`), and its IoT and SFTP listeners stay closed.
 * @param environment further variables, which every function inherits
 */
export async function startMiniStack(environment: Readonly<Record<string, string>> = {}): Promise<MiniStack> {
  const python = findPython();
  const port = await freePort();
  const [cert, key] = readTls();
  const endpoint = `https://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), 'lightermail-ministack-'));
  const [accountId, region] = ['123456789012', 'eu-west-1'];
  const child = spawn(python, ['-m', 'ministack'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      // Functions run by the `node` that is found first: ours, the version that Lambda has.
      PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      // A host name that ends like an address would be no URL: an API's own host begins with its id.
      MINISTACK_HOST: 'localhost',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      USE_SSL: '1',
      MINISTACK_SSL_CERT: cert,
      MINISTACK_SSL_KEY: key,
      NODE_EXTRA_CA_CERTS: cert,
      AUTH: 'true',
      MINISTACK_ACCOUNT_ID: accountId,
      MINISTACK_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ENDPOINT_URL: endpoint,
      PYTHONUNBUFFERED: '1',
      ...environment,
    },
  });
  let log = '';
  const read = (chunk: Buffer) => {
    log = (log + chunk.toString('utf8')).slice(-keptLogBytes);
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const stop = async () => {
    if (process.env.LIGHTERMAIL_TEST_LOG) writeFileSync(process.env.LIGHTERMAIL_TEST_LOG, log);
    process.removeListener('exit', kill);
    await stopChild(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until('MiniStack to answer', () => answers(endpoint, child, () => log), readyWithinMs);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    endpoint,
    accountId,
    region,
    settings: { endpoint, region, credentials },
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      NODE_EXTRA_CA_CERTS: cert,
    },
    log: () => log,
    stop,
  };
}

/** @throws Error that says what to run */
function readTls(): readonly [cert: string, key: string] {
  const { LIGHTERMAIL_TEST_AWS_CERT: cert, LIGHTERMAIL_TEST_AWS_KEY: key } = process.env;
  if (cert === undefined || key === undefined) throw new Error('no certificate for MiniStack: run npm run test:aws');
  return [cert, key];
}

/** @throws Error that says what to run */
function findPython(): string {
  const chosen = process.env.LIGHTERMAIL_TEST_PYTHON;
  const python = chosen === undefined || chosen === '' ? toolsPython : chosen;
  if (existsSync(python)) return python;
  throw new Error(`no python at ${python}: run scripts/install-test-tools.sh`);
}

async function answers(endpoint: string, child: ChildProcess, log: () => string): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`MiniStack ended with ${child.exitCode}: ${log().slice(-2000)}`);
  try {
    const answer = await fetch(`${endpoint}/_ministack/ready`);
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Ends the one process that was started here, and with it the functions that it runs. */
async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolvePromise) => child.once('exit', resolvePromise));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}
