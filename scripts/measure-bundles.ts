/**
 * `node scripts/measure-bundles.ts`: how large each function's bundle is, and how long a fresh Node takes to import it
 * with a function's settings: what a cold start costs beyond Lambda's own. Exits 1 when one is over its limit.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleFolder, bundles } from './bundles.ts';
import { sampleEnvironment } from './sample-environment.ts';

/** A bundle is read, unpacked and compiled before the first mail: these keep a cold start under a second. */
const limits = { sizeBytes: 2_000_000, importMs: 300 };
const rounds = 5;

const program = `
const startedMs = performance.now();
await import(process.argv[1]);
process.stdout.write(String(performance.now() - startedMs));
`;

function importMs(file: string): number {
  const { PATH } = process.env;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program, pathToFileURL(file).href], {
    env: { PATH, ...sampleEnvironment },
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`${file} cannot be imported: ${run.stderr.slice(-1000)}`);
  return Number(run.stdout);
}

function measure(name: string) {
  const file = resolve(import.meta.dirname, '..', bundleFolder, name, 'index.mjs');
  const times = Array.from({ length: rounds }, () => importMs(file)).sort((a, b) => a - b);
  return { name, sizeBytes: statSync(file).size, importMs: times[Math.floor(rounds / 2)] ?? Number.NaN };
}

// The custom resource takes its SDK from Lambda's runtime: it cannot be imported here.
const measured = bundles.filter(({ external }) => external.length === 0).map(({ name }) => measure(name));
for (const one of measured) {
  const size = `${(one.sizeBytes / 1000).toFixed(0).padStart(6)} kB`;
  console.log(`${one.name.padEnd(24)} ${size} ${one.importMs.toFixed(0).padStart(5)} ms`);
}
const over = measured.filter((one) => one.sizeBytes > limits.sizeBytes || one.importMs > limits.importMs);
console.log(
  `${measured.length} bundles, ${over.length} over the limit of ${limits.sizeBytes / 1000} kB and ${limits.importMs} ms (median of ${rounds} imports)`,
);
if (over.length > 0) process.exitCode = 1;
