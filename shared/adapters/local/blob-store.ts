import type { FileHandle } from 'node:fs/promises';
import { TransientMailError } from '../../errors/mail-error.ts';
import type { BlobInfo, BlobStore, ListedBlob, ListOptions } from '../../ports/blob-store.ts';
import type { Clock } from '../../ports/platform.ts';
import { assertBlobKey, assertExpiry, assertListLimit, toMetadata, toSpan } from './blob-checks.ts';
import type { BlobFiles } from './blob-files.ts';
import { createBlobReader } from './blob-reader.ts';
import { toFileError } from './file-error.ts';
import type { ListedRow, ObjectRow } from './object-operations.ts';
import { signBlobUrl } from './signed-blob-url.ts';
import type { LocalDatabase } from './sqlite-host.ts';
import { afterPrefix, bytewise, nextText } from './text-order.ts';

/** How links to blobs are signed; the web server's address is known only once it listens. */
export interface BlobSigning {
  /** Without a slash at its end. */
  readonly baseUrl: () => string;
  readonly secret: Uint8Array;
}

export interface LocalBlobParts {
  readonly database: LocalDatabase;
  readonly files: BlobFiles;
  readonly clock: Clock;
  readonly signing: BlobSigning;
}

/**
 * One bucket: a row for each key, and the bytes in a file named by their SHA-256. The etag is that hash. A key never
 * becomes a path. Arguments that S3 would refuse are refused with a `RangeError`.
 */
export function createBlobStore(bucket: string, { database, files, clock, signing }: LocalBlobParts): BlobStore {
  const readRow = async (key: string): Promise<ObjectRow | undefined> => {
    assertBlobKey(key);
    return database.run('objects.read', { bucket, key, now: clock.now().getTime() });
  };
  return {
    bucket,
    async put(key, body, { contentType, metadata, expiresAt } = {}) {
      assertBlobKey(key);
      const texts = JSON.stringify(toMetadata(metadata));
      const content = await files.store(body);
      try {
        const row: ObjectRow = {
          bucket,
          key,
          sha256: content.sha256,
          size: content.sizeBytes,
          contentType: contentType ?? null,
          metadata: texts,
          modifiedAt: clock.now().getTime(),
          expiresAt: expiresAt?.getTime() ?? null,
        };
        await database.run('objects.put', row);
        return toInfo(row);
      } finally {
        content.done();
      }
    },
    async get(key, range) {
      const opened = await openContent(files, () => readRow(key));
      if (opened === undefined) return undefined;
      const { row, handle } = opened;
      try {
        const { start, end } = toSpan(range, row.size);
        // The name of a file is the hash of the whole of it.
        const known = start === 0 && end === row.size ? { sha256: row.sha256 } : {};
        return { info: toInfo(row), body: createBlobReader(handle, { start, end, ...known }) };
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
    async head(key) {
      const row = await readRow(key);
      return row && toInfo(row);
    },
    async list(options) {
      assertListLimit(options.limit);
      const range = toKeyRange(options);
      const now = clock.now().getTime();
      // One more than asked for, to know whether there is more.
      const rows = await database.run('objects.list', { bucket, ...range, limit: options.limit + 1, now });
      const blobs = rows.slice(0, options.limit).map(toListed);
      const last = rows.length > options.limit ? blobs.at(-1) : undefined;
      return last === undefined ? { blobs } : { blobs, next: last.key };
    },
    async delete(key) {
      assertBlobKey(key);
      await database.run('objects.delete', { bucket, key });
    },
    async signGet(key, options) {
      assertBlobKey(key);
      assertExpiry(options);
      const expiresAtSeconds = Math.floor(clock.now().getTime() / 1_000) + options.expiresInSeconds;
      const blob = { bucket, key, fileName: options.fileName, contentType: options.contentType };
      const url = signBlobUrl(signing.baseUrl(), signing.secret, blob, expiresAtSeconds);
      return { url, expiresAt: new Date(expiresAtSeconds * 1_000) };
    },
  };
}

/** Between its row being read and its file being opened an object can be deleted and swept: then its row says so. */
async function openContent(
  files: BlobFiles,
  readRow: () => Promise<ObjectRow | undefined>,
): Promise<{ readonly row: ObjectRow; readonly handle: FileHandle } | undefined> {
  let missing: string | undefined;
  for (;;) {
    const row = await readRow();
    if (row === undefined) return undefined;
    if (row.sha256 === missing)
      throw new TransientMailError('ERR_BLOB_UNAVAILABLE', 'the bytes of an object are missing');
    try {
      return { row, handle: await files.open(row.sha256) };
    } catch (error) {
      const cause = toFileError(error);
      if (cause.details.errno !== 'ENOENT') throw cause;
      missing = row.sha256;
    }
  }
}

/** Keys with the prefix, behind `after`. */
function toKeyRange({ prefix, after = '' }: ListOptions) {
  const behind = after === '' ? prefix : nextText(after);
  const from = bytewise(behind, prefix) > 0 ? behind : prefix;
  return { from, before: afterPrefix(prefix) ?? null };
}

function toListed({ key, sha256, size, modifiedAt }: ListedRow): ListedBlob {
  return { key, sizeBytes: size, etag: sha256, modifiedAt: new Date(modifiedAt) };
}

function toInfo(row: ObjectRow): BlobInfo {
  const info = {
    key: row.key,
    sizeBytes: row.size,
    etag: row.sha256,
    metadata: JSON.parse(row.metadata),
    modifiedAt: new Date(row.modifiedAt),
  };
  return row.contentType === null ? info : { ...info, contentType: row.contentType };
}
