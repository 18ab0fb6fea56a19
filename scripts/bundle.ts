import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import type { Bundle } from './bundles.ts';

/** A bundle as it will be written. */
export interface Bundled {
  readonly name: string;
  readonly contents: Uint8Array;
}

/** CommonJS packages inside an ES module still call `require` for Node's own modules. */
const requireBanner =
  "import { createRequire as __lightermailRequire } from 'node:module'; const require = __lightermailRequire(import.meta.url);";

function options(bundle: Bundle, rootFolder: string): BuildOptions {
  return {
    absWorkingDir: rootFolder,
    entryPoints: [bundle.entry],
    outfile: `${bundle.name}/index.mjs`,
    write: false,
    bundle: true,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    banner: { js: requireBanner },
    external: [...bundle.external],
    logLevel: 'silent',
  };
}

/**
 * Makes one function's bundle in memory. The same sources give the same bytes.
 * @param rootFolder the repository, absolute
 * @throws Error naming the bundle: its entry point is missing, does not compile, or exports no `handler`
 */
export async function bundle(one: Bundle, rootFolder: string): Promise<Bundled> {
  if (!existsSync(join(rootFolder, one.entry))) throw new Error(`${one.name}: ${one.entry} is missing`);
  const result = await build(options(one, rootFolder)).catch((error: unknown) => {
    throw new Error(`${one.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  const exported = Object.values(result.metafile?.outputs ?? {}).flatMap((output) => output.exports);
  if (!exported.includes('handler')) throw new Error(`${one.name}: ${one.entry} must export handler`);
  const contents = result.outputFiles?.[0]?.contents;
  if (contents === undefined) throw new Error(`${one.name}: esbuild gave no output`);
  return { name: one.name, contents };
}
