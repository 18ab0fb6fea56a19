import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

/** What somebody else's app imports, and where package.json's `exports` look for it: from the root of the repository. */
export const library = { entry: 'infra/aws/lightermail.ts', module: 'dist/aws/lightermail.js', types: 'dist/types' };

const compilerOptions = [
  '--ignoreConfig',
  '--declaration',
  '--emitDeclarationOnly',
  '--target es2024 --module nodenext --types node',
  '--strict --exactOptionalPropertyTypes --skipLibCheck',
  '--allowImportingTsExtensions --rewriteRelativeImportExtensions',
]
  .join(' ')
  .split(' ');

/**
 * Builds the CDK construct as JavaScript with declarations: Node does not strip types inside node_modules.
 * The packages that it needs stay outside, so that an app's own aws-cdk-lib is used.
 * @param rootFolder the repository, absolute
 * @throws Error with what esbuild or the compiler says
 */
export async function buildLibrary(rootFolder: string): Promise<void> {
  await build({
    absWorkingDir: rootFolder,
    entryPoints: [library.entry],
    outfile: library.module,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'silent',
  });
  const folder = mkdtempSync(join(tmpdir(), 'lightermail-types-'));
  try {
    const args = [...compilerOptions, '--rootDir', rootFolder, '--outDir', folder, library.entry];
    const compiler = resolve(rootFolder, 'node_modules/.bin/tsc');
    const { status, stdout, error } = spawnSync(compiler, args, { cwd: rootFolder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`the library's types cannot be built: ${error?.message ?? stdout}`);
    const out = resolve(rootFolder, library.types);
    rmSync(out, { recursive: true, force: true });
    for (const file of reachable(join(folder, library.entry.replace(/\.ts$/, '.d.ts')))) {
      const target = join(out, relative(folder, file));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, readFileSync(file, 'utf8').replace(relativeImport, "$1.js'"));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `from './name.ts'`, and `import('./name.ts')`. */
const relativeImport = /((?:from |import\()'\.{1,2}\/[^']*)\.ts'/g;

/** A declaration file and all that it refers to: the rest says nothing to who uses the library. */
function reachable(entry: string): ReadonlySet<string> {
  const found = new Set([entry]);
  for (const file of found) {
    for (const [, head = ''] of readFileSync(file, 'utf8').matchAll(relativeImport)) {
      found.add(resolve(dirname(file), `${head.slice(head.indexOf("'") + 1)}.d.ts`));
    }
  }
  return found;
}
