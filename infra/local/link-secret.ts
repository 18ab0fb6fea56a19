import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { PermanentMailError } from '../../shared/errors/mail-error.ts';
import type { SecretSource } from '../../shared/ports/platform.ts';
import { readOrMakePrivateFile } from './private-file.ts';

const secretBytes = 32;

/**
 * The key of all link tokens, in `<data>/link-secret` (hex, readable by its owner only), made at the first start.
 * Whoever removes the file makes every mailed link void.
 * @throws PermanentMailError `ERR_SETTING` when the file holds less than 32 bytes of hex
 */
export async function openLinkSecret(dataFolder: string): Promise<SecretSource> {
  const path = join(dataFolder, 'link-secret');
  const text = (await readOrMakePrivateFile(path, () => randomBytes(secretBytes).toString('hex'))).trim();
  if (!/^(?:[0-9a-f]{2}){32,}$/i.test(text)) {
    throw new PermanentMailError(
      'ERR_SETTING',
      `the file link-secret in the data folder is damaged: must hold at least ${secretBytes} bytes as hex`,
    );
  }
  const secret = new Uint8Array(Buffer.from(text, 'hex'));
  return { linkSecret: async () => secret };
}
