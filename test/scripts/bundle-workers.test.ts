import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import { bundleWorkers, workersOf } from '../../scripts/bundle-workers.ts';
import { bundles } from '../../scripts/bundles.ts';

const root = resolve(import.meta.dirname, '../..');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lightermail-workers-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('bundleWorkers', () => {
  it('name modules that exist, and are asked for by their host', () => {
    for (const { host, entry } of bundleWorkers)
      expect([existsSync(join(root, host)), existsSync(join(root, entry))]).toEqual([true, true]);
    expect(workersOf([bundleWorkers[0]!.host, 'other.ts'])).toEqual([bundleWorkers[0]]);
  });

  it('B20 stand beside the function that reads mail, and run there', async () => {
    const inbound = await bundle(bundles.find(({ name }) => name === 'inbound-processor')!, root);
    expect(inbound.workers.map(({ file }) => file)).toEqual(['text-worker.mjs']);

    await writeFile(join(folder, 'text-worker.mjs'), inbound.workers[0]!.contents);
    const host = await bundle({ name: 'host', entry: 'test/scripts/bundled-text-host.ts', external: [] }, root);
    await writeFile(join(folder, 'index.mjs'), host.contents);
    const { handler } = await import(pathToFileURL(join(folder, 'index.mjs')).href);
    expect(await handler('naïve')).toBe('naïve');
  });
});
