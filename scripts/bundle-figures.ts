import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleLimits } from './bundle-limits.ts';
import { bundleFolder, bundles } from './bundles.ts';
import { sampleEnvironment } from './sample-environment.ts';

/** What a cold start of one function costs beyond Lambda's own. */
export interface BundleFigures {
  readonly name: string;
  readonly sizeBytes: number;
  /** How long a fresh Node takes to import it: the median of some rounds. */
  readonly importMs: number;
}

const rounds = 5;

const program = `
const startedMs = performance.now();
await import(process.argv[1]);
process.stdout.write(String(performance.now() - startedMs));
`;

/** Measures every bundle that can be imported here, as the build left it: the custom resource takes its SDK from Lambda's runtime. */
export function measureBundles(): readonly BundleFigures[] {
  return bundles.filter(({ external }) => external.length === 0).map(({ name }) => measure(name));
}

/** A line each, and how many are over their limit. */
export function tellBundles(measured: readonly BundleFigures[]): string {
  const lines = measured.map(({ name, sizeBytes, importMs }) => {
    const size = `${(sizeBytes / 1000).toFixed(0).padStart(6)} kB`;
    return `${name.padEnd(24)} ${size} ${importMs.toFixed(0).padStart(5)} ms`;
  });
  const overCount = measured.filter(isOver).length;
  return [
    ...lines,
    `${measured.length} bundles, ${overCount} over the limit of ${bundleLimits.sizeBytes / 1000} kB and ${bundleLimits.importMs} ms (median of ${rounds} imports)`,
  ].join('\n');
}

/** Whether it makes cold starts slower than they may be. */
export function isOver({ sizeBytes, importMs }: BundleFigures): boolean {
  return sizeBytes > bundleLimits.sizeBytes || importMs > bundleLimits.importMs;
}

function measure(name: string): BundleFigures {
  const file = resolve(import.meta.dirname, '..', bundleFolder, name, 'index.mjs');
  const times = Array.from({ length: rounds }, () => importMs(file)).sort((a, b) => a - b);
  return { name, sizeBytes: statSync(file).size, importMs: times[Math.floor(rounds / 2)] ?? Number.NaN };
}

function importMs(file: string): number {
  const { PATH } = process.env;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program, pathToFileURL(file).href], {
    env: { PATH, ...sampleEnvironment },
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`${file} cannot be imported: ${run.stderr.slice(-1000)}`);
  return Number(run.stdout);
}
