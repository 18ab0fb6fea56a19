import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalStores, openLocalStores } from '../../shared/adapters/local/open-local-stores.ts';
import type { Clock } from '../../shared/ports/platform.ts';

/** The real stores of one machine in a folder that goes away with them. */
export async function openTemporaryStores(clock: Clock): Promise<LocalStores> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'lightermail-test-'));
  const signing = { baseUrl: () => 'http://127.0.0.1:8025', secret: Buffer.alloc(32, 7) };
  const stores = await openLocalStores({ dataFolder, clock, signing });
  return {
    ...stores,
    async close() {
      await stores.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
