import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type LocalRuntime, type RuntimeOverrides, startLocalRuntime } from '../../infra/local/runtime.ts';
import { readLocalConfig } from '../../shared/runtime/local-config.ts';
import type { RawSettings } from '../../shared/runtime/settings.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** A data folder of its own, removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lightermail-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Starts the whole local runtime on free ports, quietly, and stops it when the test ends.
 * @param settings what differs; `LIGHTERMAIL_DATA` is a temporary folder unless it is given
 */
export async function startedRuntime(
  settings: RawSettings = {},
  overrides: RuntimeOverrides = {},
): Promise<LocalRuntime> {
  const config = readLocalConfig({
    LIGHTERMAIL_SMTP_PORT: '0',
    LIGHTERMAIL_HTTP_PORT: '0',
    LIGHTERMAIL_DATA: settings.LIGHTERMAIL_DATA ?? (await temporaryFolder()),
    ...settings,
  });
  const runtime = await startLocalRuntime(config, { log: quiet, ...overrides });
  onTestFinished(() => runtime.stop());
  return runtime;
}
