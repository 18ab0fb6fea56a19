import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Bundled, bundle } from './bundle.ts';
import { bundleLimits } from './bundle-limits.ts';
import type { Bundle } from './bundles.ts';

/** What was written, for the report. */
export interface BuiltBundle {
  readonly name: string;
  readonly sizeBytes: number;
}

/**
 * Writes every bundle to `<outFolder>/<name>/index.mjs`, its worker threads' files and its folder beside it. What stood in the folder before goes away, but only after
 * every bundle has been made: a failed build leaves the last good one.
 * @param rootFolder the repository, absolute
 * @param outFolder absolute
 * @param mostBytes what a function's bundle may have, its worker threads' files not counted: those are loaded when first used
 * @throws AggregateError with one error for each bundle that cannot be made or is too large
 */
export async function buildBundles(
  all: readonly Bundle[],
  rootFolder: string,
  outFolder: string,
  mostBytes: number = bundleLimits.sizeBytes,
): Promise<readonly BuiltBundle[]> {
  const results = await Promise.allSettled(
    all.map(async (one) => assertSize(await bundle(one, rootFolder), mostBytes)),
  );
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${all.length} bundles cannot be made`);
  const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  await rm(outFolder, { recursive: true, force: true });
  return await Promise.all(made.map((one) => writeBundle(one, outFolder)));
}

function assertSize(made: Bundled, mostBytes: number): Bundled {
  const { name, contents } = made;
  if (contents.byteLength <= mostBytes) return made;
  throw new Error(
    `${name}: ${contents.byteLength} bytes, of at most ${mostBytes}: see what it imports in esbuild's metafile`,
  );
}

async function writeBundle(made: Bundled, outFolder: string): Promise<BuiltBundle> {
  const folder = join(outFolder, made.name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.mjs'), made.contents);
  for (const { file, contents } of made.workers) await writeFile(join(folder, file), contents);
  if (made.folder !== undefined) await cp(made.folder, join(folder, basename(made.folder)), { recursive: true });
  return { name: made.name, sizeBytes: made.contents.byteLength };
}
