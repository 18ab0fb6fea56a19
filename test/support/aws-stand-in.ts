import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export interface AwsStandIn {
  /** Takes the requests of every service. */
  readonly endpoint: string;
  /** For any client: region, endpoint and made-up credentials. */
  readonly settings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly accountId: string;
  stop(): Promise<void>;
}

const toolsPython = resolve('test-output/tools/venv/bin/python');
const readyWithinMs = 60_000;

/**
 * Serves DynamoDB's requests one after another, which the table itself does on AWS: a transaction that is canceled
 * here puts whole tables back as they were, and would take with it what others wrote meanwhile.
 */
const program = `
import threading
from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

moto = DomainDispatcherApplication(create_backend_app)
one_at_a_time = threading.Lock()

def serve(environ, start_response):
    if environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDB_"):
        with one_at_a_time:
            return list(moto(environ, start_response))
    return moto(environ, start_response)

run_simple("127.0.0.1", 0, serve, threaded=True, request_handler=MotoRequestHandler)
`;

/**
 * Starts Python's moto server, an independent implementation of AWS, on a free loopback port. Its Python comes from
 * `LIGHTERMAIL_TEST_PYTHON`, else from `test-output/tools/venv`, which `scripts/install-test-tools.sh` makes.
 * MiniStack was looked at too: it listens on all interfaces and opens further ports, so it is not used.
 *
 * What the stand-in cannot do, and what is therefore tested against small endpoints of our own or only on AWS:
 * - DynamoDB: a boolean equals the number 0 or 1 in a condition; `ClientRequestToken` is not honoured (a repeated
 *   transaction runs again); there are no transaction conflicts, no throttling, no deletion by time to live; reads
 *   are always consistent.
 * - S3: signatures and the expiry of presigned URLs are not checked, nothing is ever slow, short or refused; no
 *   lifecycle, no KMS authority.
 * - SQS and SNS: nothing is delivered twice or out of order, no entry of a batch is refused; redrive, delays and
 *   visibility work.
 * - SES: `SendEmail` drops tags and configuration sets and sends no events: see ses-endpoint.ts.
 * - IAM: everything is allowed.
 */
export async function startAwsStandIn(): Promise<AwsStandIn> {
  const python = findPython();
  const child = spawn(python, ['-c', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONUNBUFFERED: '1', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  try {
    const endpoint = await readEndpoint(child);
    await assertAnswers(endpoint);
    const credentials = {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY',
    };
    const settings = { endpoint, region: 'eu-central-1', credentials };
    return { endpoint, settings, accountId: '123456789012', stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** @throws Error that says what to run */
function findPython(): string {
  const chosen = process.env.LIGHTERMAIL_TEST_PYTHON;
  const python = chosen === undefined || chosen === '' ? toolsPython : chosen;
  if (existsSync(python)) return python;
  throw new Error(
    `no python at ${python}: run scripts/install-test-tools.sh, or set LIGHTERMAIL_TEST_PYTHON to a python that has moto[server]`,
  );
}

/** Waits for the line in which the server names its port; what it writes later is read and dropped. */
function readEndpoint(child: ChildProcess): Promise<string> {
  let output = '';
  const { promise, resolve: found, reject } = Promise.withResolvers<string>();
  const fail = (reason: string) => reject(new Error(`the AWS stand-in ${reason}: ${output.slice(-2000)}`));
  const timer = setTimeout(() => fail(`was not ready within ${readyWithinMs} ms`), readyWithinMs);
  const read = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-10_000);
    const url = output.match(/Running on (http:\/\/127\.0\.0\.1:\d+)/)?.[1];
    if (url !== undefined) found(url);
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.once('error', (error) => fail(`could not be started (${error.message})`));
  child.once('exit', (code) =>
    fail(`ended with ${code}; is moto[server] installed? see scripts/install-test-tools.sh`),
  );
  return promise.finally(() => clearTimeout(timer));
}

async function assertAnswers(endpoint: string): Promise<void> {
  const answer = await fetch(`${endpoint}/moto-api/data.json`);
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`the AWS stand-in answers with ${answer.status}`);
}

/** Ends the one process that was started here. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolvePromise) => child.once('exit', resolvePromise));
  child.kill('SIGKILL');
  await ended;
}
