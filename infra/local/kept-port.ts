import { join } from 'node:path';
import { readIfPresent, replacePrivateFile } from './private-file.ts';

/** The free port that was picked at an earlier start, so that links mailed since then still lead here. */
export interface KeptPort {
  /** 0 when none was picked yet. */
  readonly port: number;
  keep(port: number): Promise<void>;
}

/** The web port in `<data>/http-port`. */
export async function openKeptPort(dataFolder: string): Promise<KeptPort> {
  const path = join(dataFolder, 'http-port');
  const text = (await readIfPresent(path))?.trim() ?? '';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return {
    port,
    async keep(picked) {
      if (picked !== port) await replacePrivateFile(path, `${picked}\n`);
    },
  };
}
