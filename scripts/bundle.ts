import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, type BuildResult, build } from 'esbuild';
import { credentialsOfLambda, oneLibmime, onlyEnglishFaults } from './bundle-plugins.ts';
import { workersOf } from './bundle-workers.ts';
import type { Bundle } from './bundles.ts';

/** A bundle as it will be written. */
export interface Bundled {
  readonly name: string;
  readonly contents: Uint8Array;
  /** The files of the worker threads that it starts, to stand beside it. */
  readonly workers: readonly { readonly file: string; readonly contents: Uint8Array }[];
  /** A folder to be copied beside it, absolute. */
  readonly folder?: string;
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
    // Escaped, the tables of the Asian character sets would be twice as long.
    charset: 'utf8',
    plugins: [onlyEnglishFaults, credentialsOfLambda, oneLibmime],
    banner: { js: requireBanner },
    external: [...bundle.external],
    logLevel: 'silent',
  };
}

/**
 * Makes one function's bundle in memory, and those of its worker threads. The same sources give the same bytes.
 * @param rootFolder the repository, absolute
 * @throws Error naming the bundle: its entry point is missing, does not compile, or exports no `handler`
 */
export async function bundle(one: Bundle, rootFolder: string): Promise<Bundled> {
  if (!existsSync(join(rootFolder, one.entry))) throw new Error(`${one.name}: ${one.entry} is missing`);
  const result = await buildOne(one, rootFolder);
  const outputs = Object.values(result.metafile?.outputs ?? {});
  if (!outputs.flatMap((output) => output.exports).includes('handler')) {
    throw new Error(`${one.name}: ${one.entry} must export handler`);
  }
  const modules = outputs.flatMap(({ inputs }) => Object.keys(inputs).filter((path) => inputs[path]?.bytesInOutput));
  const workers = await Promise.all(
    workersOf(modules).map(async ({ entry, file }) => {
      return { file, contents: contentsOf(one, await buildOne({ ...one, entry }, rootFolder)) };
    }),
  );
  const folder = one.folder === undefined ? {} : { folder: join(rootFolder, one.folder) };
  return { name: one.name, contents: contentsOf(one, result), workers, ...folder };
}

async function buildOne(one: Bundle, rootFolder: string): Promise<BuildResult> {
  return await build(options(one, rootFolder)).catch((error: unknown) => {
    throw new Error(`${one.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
}

function contentsOf({ name }: Bundle, { outputFiles }: BuildResult): Uint8Array {
  const contents = outputFiles?.[0]?.contents;
  if (contents === undefined) throw new Error(`${name}: esbuild gave no output`);
  return contents;
}
