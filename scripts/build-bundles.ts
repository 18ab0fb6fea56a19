import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundled, bundle } from './bundle.ts';
import type { Bundle } from './bundles.ts';

/** What was written, for the report. */
export interface BuiltBundle {
  readonly name: string;
  readonly sizeBytes: number;
}

/**
 * Writes every bundle to `<outFolder>/<name>/index.mjs`, its worker threads' files beside it. What stood in the folder before goes away, but only after
 * every bundle has been made: a failed build leaves the last good one.
 * @param rootFolder the repository, absolute
 * @param outFolder absolute
 * @throws AggregateError with one error for each bundle that cannot be made
 */
export async function buildBundles(
  all: readonly Bundle[],
  rootFolder: string,
  outFolder: string,
): Promise<readonly BuiltBundle[]> {
  const results = await Promise.allSettled(all.map((one) => bundle(one, rootFolder)));
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${all.length} bundles cannot be made`);
  const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  await rm(outFolder, { recursive: true, force: true });
  return await Promise.all(made.map((one) => writeBundle(one, outFolder)));
}

async function writeBundle(made: Bundled, outFolder: string): Promise<BuiltBundle> {
  const folder = join(outFolder, made.name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.mjs'), made.contents);
  for (const { file, contents } of made.workers) await writeFile(join(folder, file), contents);
  return { name: made.name, sizeBytes: made.contents.byteLength };
}
