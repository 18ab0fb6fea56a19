import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildBundles } from '../../scripts/build-bundles.ts';
import { bundle } from '../../scripts/bundle.ts';
import { bundles } from '../../scripts/bundles.ts';

let root: string;

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

const one = (name: string) => ({ name, entry: `functions/${name}/lambda.ts`, external: [] });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lightermail-build-'));
  await write('functions/greeter/words.ts', "export const word: string = 'good day';");
  await write('functions/greeter/old.cjs', "exports.separator = require('node:path').posix.sep;");
  await write(
    'functions/greeter/lambda.ts',
    "import old from './old.cjs';\nimport { word } from './words.ts';\nexport const handler = async () => word + old.separator;",
  );
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('buildBundles', () => {
  it('writes one ES module a function, CommonJS parts included, that runs by itself', async () => {
    const built = await buildBundles([one('greeter')], root, join(root, 'dist'));

    const file = join(root, 'dist/greeter/index.mjs');
    const loaded = await import(pathToFileURL(file).href);
    expect(await loaded.handler()).toBe('good day/');
    expect(built).toEqual([{ name: 'greeter', sizeBytes: (await readFile(file)).byteLength }]);
  });

  it('puts the folder that a function reads beside it', async () => {
    await write('functions/greeter/page/index.html', '<p>good day</p>');
    await buildBundles([{ ...one('greeter'), folder: 'functions/greeter/page' }], root, join(root, 'dist'));

    expect(await readFile(join(root, 'dist/greeter/page/index.html'), 'utf8')).toBe('<p>good day</p>');
  });

  it('gives the same bytes for the same sources', async () => {
    await buildBundles([one('greeter')], root, join(root, 'first'));
    await buildBundles([one('greeter')], root, join(root, 'second'));

    expect(await readFile(join(root, 'first/greeter/index.mjs'))).toEqual(
      await readFile(join(root, 'second/greeter/index.mjs')),
    );
  });

  it('names every bundle that cannot be made, and leaves the last good build', async () => {
    const out = join(root, 'dist');
    await buildBundles([one('greeter')], root, out);
    await write('functions/broken/lambda.ts', 'export const handler = ;');
    await write('functions/mute/lambda.ts', 'export const other = 1;');

    const failed = buildBundles([one('greeter'), one('absent'), one('broken'), one('mute')], root, out);

    const error: AggregateError = await failed.then(
      () => expect.fail('the build must fail'),
      (reason) => reason,
    );
    expect(error.message).toBe('3 of 4 bundles cannot be made');
    expect(error.errors.map((each: Error) => each.message)).toEqual([
      'absent: functions/absent/lambda.ts is missing',
      expect.stringMatching(/^broken: .*Unexpected/s),
      'mute: functions/mute/lambda.ts must export handler',
    ]);
    expect((await readFile(join(out, 'greeter/index.mjs'))).byteLength).toBeGreaterThan(0);
  });

  it('refuses a bundle that would make cold starts slow, and names it', async () => {
    const failed = buildBundles([one('greeter')], root, join(root, 'dist'), 100);

    const error: AggregateError = await failed.then(
      () => expect.fail('the build must fail'),
      (reason) => reason,
    );
    expect(error.errors.map((each: Error) => each.message)).toEqual([
      expect.stringMatching(/^greeter: \d+ bytes, of at most 100/),
    ]);
  });

  it('removes what is no longer built', async () => {
    await write('dist/former/index.mjs', '');

    await buildBundles([one('greeter')], root, join(root, 'dist'));

    await expect(readFile(join(root, 'dist/former/index.mjs'))).rejects.toThrow('ENOENT');
  });
});

describe('bundles', () => {
  it("are one for every function of the topology, the console, the custom resource, and devices' credentials", () => {
    expect(bundles.map(({ name, entry }) => `${name} ${entry}`)).toEqual([
      'inbound-processor functions/inbound-processor/lambda.ts',
      'outbound-relay functions/outbound-relay/lambda.ts',
      'engagement-recorder functions/engagement-recorder/lambda.ts',
      'due-sweeper functions/due-sweeper/lambda.ts',
      'link-gateway functions/link-gateway/lambda.ts',
      'link-jobs functions/link-jobs/lambda.ts',
      'reconciler functions/reconciler/lambda.ts',
      'console functions/console/lambda.ts',
      'active-rule-set infra/aws/active-rule-set/lambda.ts',
      'device-credentials infra/aws/device-credentials/lambda.ts',
    ]);
  });

  it('leave to the runtime only what it brings: the SES client of the custom resource', async () => {
    expect(bundles.flatMap(({ external }) => external)).toEqual(['@aws-sdk/client-ses']);
    const made = await bundle(
      bundles.find(({ name }) => name === 'active-rule-set')!,
      resolve(import.meta.dirname, '../..'),
    );

    const imports = [
      ...Buffer.from(made.contents)
        .toString()
        .matchAll(/from\s*["']([^"']+)["']/g),
    ];
    expect(new Set(imports.map(([, name]) => name))).toEqual(new Set(['node:module', '@aws-sdk/client-ses']));
  });
});
