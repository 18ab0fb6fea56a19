import { globSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transform } from 'esbuild';

/** Where the command goes that an installed package runs: the sources' own tree, as JavaScript. */
export const commandFolder = 'dist/command';

const sources = ['functions/**/*.ts', 'shared/**/*.ts', 'infra/local/**/*.ts', 'infra/topology.ts'];
/** What is read at run time, beside the code that reads it. */
const folders = ['functions/console/page'];

/** `from './name.ts'`, `import('./name.ts')`, and the names of worker files. */
const localModule = /(['"])(\.{1,2}\/[^'"\n]*)\.ts\1/g;

/**
 * Builds `npx lightermail` for an installed package, file by file: Node does not strip types inside node_modules.
 * @param rootFolder the repository, absolute
 * @throws Error with what esbuild says
 */
export async function buildCommand(rootFolder: string): Promise<void> {
  const out = join(rootFolder, commandFolder);
  const files = globSync(sources, { cwd: rootFolder });
  const made = await Promise.all(
    files.map(async (file) => {
      const source = await readFile(join(rootFolder, file), 'utf8');
      const { code } = await transform(source, { loader: 'ts', format: 'esm', target: 'node24', sourcefile: file });
      return { file: file.replace(/\.ts$/, '.mjs'), code: code.replace(localModule, '$1$2.mjs$1') };
    }),
  );
  await rm(out, { recursive: true, force: true });
  for (const { file, code } of made) {
    await mkdir(dirname(join(out, file)), { recursive: true });
    await writeFile(join(out, file), code);
  }
  for (const folder of folders) await cp(join(rootFolder, folder), join(out, folder), { recursive: true });
}
