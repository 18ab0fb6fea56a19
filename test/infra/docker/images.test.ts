import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

/** The files and packages that the process reads when it starts, as the bundler follows its imports. */
async function followImports(name: string) {
  const { metafile } = await build({
    entryPoints: [`functions/${name}/main.ts`],
    ...{ bundle: true, write: false, metafile: true, platform: 'node', format: 'esm', packages: 'external' },
    logLevel: 'silent',
  });
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  const packages = outside.filter((path) => !path.startsWith('node:') && !builtinModules.includes(path));
  const nameOf = (path: string) => path.split('/', path.startsWith('@') ? 2 : 1).join('/');
  return { files: Object.keys(metafile.inputs), packages: [...new Set(packages.map(nameOf))] };
}

describe.each(['nats-relay', 'sns-webhook'])('the image of %s', (name) => {
  const folder = `infra/docker/${name}`;
  let dockerfile: string;
  let ignore: string[];
  let imports: Awaited<ReturnType<typeof followImports>>;
  beforeAll(async () => {
    dockerfile = await readFile(`${folder}/Dockerfile`, 'utf8');
    ignore = (await readFile(`${folder}/Dockerfile.dockerignore`, 'utf8')).trim().split('\n');
    imports = await followImports(name);
  });

  it('holds every file that the process imports, and the build sees them', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--)(\S+)(?: package-lock\.json)? \S+$/gm)].map(
      ([, path]) => path ?? '',
    );
    expect(copied).toEqual(['package.json', 'package.json', 'infra/topology.ts', 'shared', `functions/${name}`]);
    const isIn = (file: string) => copied.some((path) => file === path || file.startsWith(`${path}/`));
    expect(imports.files.filter((file) => !isIn(file))).toEqual([]);
    expect(ignore[0]).toBe('**');
    for (const path of copied) expect(ignore.some((line) => line === `!${path}` || line === `!${path}/**`)).toBe(true);
    expect(ignore).toContain('!package-lock.json');
  });

  it('needs no package that only builds or tests', async () => {
    const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(imports.packages.length).toBeGreaterThan(3);
    expect(imports.packages.filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
    expect(dockerfile).toContain('npm ci --omit=dev --ignore-scripts');
  });

  it('is built in stages on Node 24, runs as a user without rights, and is probed', () => {
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:24-alpine$/m);
    expect(dockerfile.match(/^FROM /gm)).toHaveLength(2);
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER 1000:1000$/m);
    expect(last.indexOf('USER ')).toBeLessThan(last.indexOf('\nCMD '));
    expect(last).toMatch(/^HEALTHCHECK .*\/livez/ms);
    expect(last.trimEnd().split('\n').at(-1)).toBe(`CMD ["node", "functions/${name}/main.ts"]`);
    expect(last).not.toMatch(/secret|password|token/i);
  });
});
