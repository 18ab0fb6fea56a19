import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildBundles } from '../../scripts/build-bundles.ts';
import { isOver, measureBundles, tellBundles } from '../../scripts/bundle-figures.ts';
import { bundleFolder, bundles } from '../../scripts/bundles.ts';
import { measureGroupIndex } from './group-index.ts';
import { measureIntake } from './intake.ts';
import { measureSendRate } from './send-rate.ts';

/** What all of it may take; beyond this something hangs. */
const limitMs = 10 * 60_000;

/** The first release that knows `sync_interval`. */
const syncSince = [2, 10] as const;

/** The nats-server that scripts/install-nats-server.sh makes, else the one of the path. */
function findNatsServer(): { program: string; version: string } {
  const built = resolve('test-output/tools/nats-server');
  const program = existsSync(built) ? built : 'nats-server';
  return {
    program,
    version: /v(\d+\.\d+\.\d+)/.exec(execFileSync(program, ['-v'], { encoding: 'utf8' }))?.[1] ?? '0.0',
  };
}

/** Size and import time of every function's bundle, freshly built. @returns whether all keep within their limits */
async function benchBundles(): Promise<boolean> {
  const root = resolve(import.meta.dirname, '../..');
  await buildBundles(bundles, root, resolve(root, bundleFolder));
  const measured = measureBundles();
  console.log(`cold start of each function: bundle, import\n${tellBundles(measured)}\n`);
  return !measured.some(isOver);
}

setTimeout(() => {
  console.error(`the bench has not ended within ${limitMs / 60_000} minutes`);
  process.exit(1);
}, limitMs).unref();

const { program, version } = findNatsServer();
const [major = 0, minor = 0] = version.split('.').map(Number);
const canSyncAlways = major > syncSince[0] || (major === syncSince[0] && minor >= syncSince[1]);
console.log(`node ${process.versions.node}, nats-server ${version}\n`);
const startFast = await benchBundles();
console.log(`${await measureIntake()}\n`);
console.log(`${await measureSendRate(program, canSyncAlways)}\n`);
console.log(await measureGroupIndex(program));
process.exit(startFast ? 0 : 1);
