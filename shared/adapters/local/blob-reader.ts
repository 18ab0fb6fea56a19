import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { TransientMailError } from '../../errors/mail-error.ts';
import { toFileError } from './file-error.ts';

/** Few system calls for a large mail, little memory for a small one. */
const readBytes = 131_072;

/**
 * Streams bytes `start` to `end` (exclusive) of an open file and closes it at the end or when destroyed.
 * A file that ends sooner makes the stream fail with `ERR_BLOB_TRUNCATED`: a short mail must never pass for a whole one.
 */
export function createBlobReader(handle: FileHandle, start: number, end: number): Readable {
  let position = start;
  async function readNext(): Promise<Uint8Array | null> {
    const wanted = Math.min(readBytes, end - position);
    if (wanted === 0) return null;
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, position).catch((error) => {
      throw toFileError(error);
    });
    if (bytesRead === 0) {
      const details = { expectedBytes: end - start, gotBytes: position - start };
      throw new TransientMailError('ERR_BLOB_TRUNCATED', 'the stored bytes end too soon', { details });
    }
    position += bytesRead;
    return buffer.subarray(0, bytesRead);
  }
  return new Readable({
    highWaterMark: readBytes,
    read() {
      readNext().then(
        (chunk) => this.push(chunk),
        (error) => this.destroy(error),
      );
    },
    destroy(error, callback) {
      handle.close().then(
        () => callback(error),
        () => callback(error),
      );
    },
  });
}
