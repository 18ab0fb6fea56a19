import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type LocalStores, openLocalStores } from '../../../../shared/adapters/local/open-local-stores.ts';
import { openSqliteHost, type SqliteHost } from '../../../../shared/adapters/local/sqlite-host.ts';
import type { Clock } from '../../../../shared/ports/platform.ts';

export const systemClock: Clock = { now: () => new Date() };

export const signing = { baseUrl: () => 'http://127.0.0.1:8025', secret: new Uint8Array(32).fill(7) };

/** A folder of its own, deleted by `remove`. */
export async function tempFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'lightermail-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A folder that goes with the test. */
export async function testFolder(): Promise<string> {
  const folder = await tempFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
}

/** All stores in a folder of their own; closing deletes it. */
export async function openTempStores(clock: Clock = systemClock): Promise<LocalStores> {
  const folder = await tempFolder();
  const stores = await openLocalStores({ dataFolder: folder.path, clock, signing });
  return {
    ...stores,
    async close() {
      await stores.close();
      await folder.remove();
    },
  };
}

/** All stores, closed and deleted with the test. */
export async function testStores(clock: Clock = systemClock): Promise<LocalStores> {
  const stores = await openTempStores(clock);
  onTestFinished(() => stores.close());
  return stores;
}

/** A database alone, closed and deleted by `close`. */
export async function openTempDatabase(): Promise<{ host: SqliteHost; close(): Promise<void> }> {
  const folder = await tempFolder();
  const host = await openSqliteHost(join(folder.path, 'test.db'));
  return {
    host,
    async close() {
      await host.close();
      await folder.remove();
    },
  };
}

/** A clock that stands still until it is moved. */
export function manualClock(start = '2026-01-01T00:00:00.000Z'): Clock & { advance(seconds: number): void } {
  let at = Date.parse(start);
  return {
    now: () => new Date(at),
    advance(seconds) {
      at += seconds * 1_000;
    },
  };
}
