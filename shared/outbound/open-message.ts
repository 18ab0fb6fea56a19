import { Readable } from 'node:stream';
import type { EmailRecord } from '../contracts/records.ts';
import { PermanentMailError } from '../errors/mail-error.ts';
import type { BlobStore } from '../ports/blob-store.ts';

/**
 * The message of an email as a stream, from the one object that holds it or the two.
 * @throws PermanentMailError `ERR_SOURCE_GONE` when one of them is no longer stored: before anything is sent
 */
export async function openMessage(
  files: Pick<BlobStore, 'get'>,
  { mimeKey, mimeBodyKey }: Pick<EmailRecord, 'mimeKey' | 'mimeBodyKey'>,
): Promise<Readable> {
  const first = await openObject(files, mimeKey);
  if (mimeBodyKey === undefined) return first;
  try {
    const second = await openObject(files, mimeBodyKey);
    const whole = Readable.from(inTurn(first, second), { objectMode: false });
    // Also when nobody has begun to read.
    return whole.once('close', () => {
      first.destroy();
      second.destroy();
    });
  } catch (error) {
    first.destroy();
    throw error;
  }
}

async function openObject(files: Pick<BlobStore, 'get'>, key: string): Promise<Readable> {
  const content = await files.get(key);
  if (content === undefined)
    throw new PermanentMailError('ERR_SOURCE_GONE', 'the outgoing message is no longer stored');
  return content.body;
}

async function* inTurn(...sources: Readable[]): AsyncGenerator<Buffer> {
  for (const source of sources) yield* source;
}
