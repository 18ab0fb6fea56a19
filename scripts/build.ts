/**
 * `npm run build`: bundles every Lambda function into `dist/functions/<name>/index.mjs` and tells its size, and builds the
 * CDK construct that other apps import, and the command of an installed package.
 */
import { resolve } from 'node:path';
import { buildBundles } from './build-bundles.ts';
import { buildCommand, commandFolder } from './build-command.ts';
import { buildLibrary, library } from './build-library.ts';
import { bundleFolder, bundles } from './bundles.ts';

const rootFolder = resolve(import.meta.dirname, '..');
const bytesPerKilobyte = 1000;

function errorLines(error: unknown): string[] {
  if (error instanceof AggregateError) return [error.message, ...error.errors.flatMap(errorLines)];
  return [error instanceof Error ? error.message : String(error)];
}

try {
  const startedMs = performance.now();
  await buildLibrary(rootFolder);
  await buildCommand(rootFolder);
  const built = await buildBundles(bundles, rootFolder, resolve(rootFolder, bundleFolder));
  for (const { name, sizeBytes } of built) {
    console.log(`${name.padEnd(24)} ${(sizeBytes / bytesPerKilobyte).toFixed(0).padStart(6)} kB`);
  }
  console.log(`${library.module} with its types, ${commandFolder}`);
  console.log(`${built.length} bundles in ${bundleFolder}, ${Math.round(performance.now() - startedMs)} ms`);
} catch (error) {
  console.error(`build failed: ${errorLines(error).join('\n  ')}`);
  process.exitCode = 1;
}
