import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { TransientMailError } from '../../errors/mail-error.ts';
import { toFileError } from './file-error.ts';

/**
 * Few system calls for a large mail, little memory for a small one. Below 128 KiB, from where on the allocator maps each
 * buffer by itself: a slow download then left tens of megabytes of them behind until the collector came by.
 */
const readBytes = 65_536;

export interface BlobSpan {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Of the bytes of the span, in hex; absent where it is not known. */
  readonly sha256?: string;
}

/**
 * Streams a span of an open file and closes it at the end or when destroyed. A file that ends sooner makes the stream
 * fail with `ERR_BLOB_TRUNCATED`, one whose bytes are not those that were stored with `ERR_BLOB_CORRUPT`, before its
 * last bytes are given: a mail that is not whole must never pass for one.
 */
export function createBlobReader(handle: FileHandle, { start, end, sha256 }: BlobSpan): Readable {
  const hash = sha256 === undefined ? undefined : createHash('sha256');
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
    const chunk = buffer.subarray(0, bytesRead);
    hash?.update(chunk);
    if (position === end && hash !== undefined && hash.digest('hex') !== sha256) {
      throw new TransientMailError('ERR_BLOB_CORRUPT', 'the stored bytes have changed on disk: restore the file');
    }
    return chunk;
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
