import { createHash, randomUUID } from 'node:crypto';
import { statSync, unlinkSync } from 'node:fs';
import { type FileHandle, mkdir, open, opendir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileWork } from './file-error.ts';

/** Content that is durable on disk; until `done` is called the sweep leaves it alone. */
export interface StoredContent {
  readonly sha256: string;
  readonly sizeBytes: number;
  done(): void;
}

/** Files named by the SHA-256 of their bytes: `blobs/<first two digits>/<all digits>`. */
export interface BlobFiles {
  /** Writes the bytes; resolved when they survive a power cut. An error of the source is thrown as it is. */
  store(body: Readable | Uint8Array): Promise<StoredContent>;
  open(sha256: string): Promise<FileHandle>;
  /** Deletes contents that nothing refers to and that are older than `olderThan`; answers how many. */
  collect(olderThan: Date, referenced: (hashes: readonly string[]) => Promise<readonly string[]>): Promise<number>;
}

const folderMode = 0o700;
const fileMode = 0o600;
/** So that one chunk of a large array does not hold up the event loop while it is hashed (about 1 ms). */
const maxChunkBytes = 1_048_576;

/** Makes the folders, and empties `tmp`: what is there belongs to puts that never ended. */
export async function openBlobFiles(dataFolder: string): Promise<BlobFiles> {
  const blobs = join(dataFolder, 'blobs');
  const tmp = join(dataFolder, 'tmp');
  /** Contents between their file and their row, with how many puts hold each. */
  const held = new Map<string, number>();
  await fileWork(async () => {
    await rm(tmp, { recursive: true, force: true });
    for (const folder of [blobs, tmp]) await mkdir(folder, { recursive: true, mode: folderMode });
    await syncFolder(dataFolder);
  });
  const pathOf = (sha256: string): string => join(blobs, sha256.slice(0, 2), sha256);

  function hold(sha256: string): () => void {
    held.set(sha256, (held.get(sha256) ?? 0) + 1);
    return () => {
      const others = (held.get(sha256) ?? 1) - 1;
      if (others === 0) held.delete(sha256);
      else held.set(sha256, others);
    };
  }

  /** A rename over a file of the same content also renews its age, so the sweep lets it live. */
  async function publish(temporary: string, sha256: string): Promise<void> {
    const folder = join(blobs, sha256.slice(0, 2));
    const made = await mkdir(folder, { recursive: true, mode: folderMode });
    await rename(temporary, pathOf(sha256));
    await syncFolder(folder);
    if (made !== undefined) await syncFolder(blobs);
  }

  async function store(body: Readable | Uint8Array): Promise<StoredContent> {
    const temporary = join(tmp, randomUUID());
    try {
      const { sha256, sizeBytes } = await write(temporary, body);
      const done = hold(sha256);
      try {
        await fileWork(() => publish(temporary, sha256));
      } catch (error) {
        done();
        throw error;
      }
      return { sha256, sizeBytes, done };
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** The last look and the deletion are one synchronous step: no put can come between them. */
  function unlinkIfOld(sha256: string, olderThan: Date): boolean {
    if (held.has(sha256)) return false;
    const path = pathOf(sha256);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined || found.mtime >= olderThan) return false;
    unlinkSync(path);
    return true;
  }

  return {
    store,
    open: (sha256) => open(pathOf(sha256), 'r'),
    collect: (olderThan, referenced) =>
      fileWork(async () => {
        let count = 0;
        for await (const folder of await opendir(blobs)) {
          const hashes = (await readdir(join(blobs, folder.name))).filter((name) => !held.has(name));
          const old = hashes.filter((name) => {
            const found = statSync(pathOf(name), { throwIfNoEntry: false });
            return found !== undefined && found.mtime < olderThan;
          });
          const wanted = new Set(old.length === 0 ? [] : await referenced(old));
          count += old.filter((name) => !wanted.has(name) && unlinkIfOld(name, olderThan)).length;
        }
        return count;
      }),
  };
}

async function write(path: string, body: Readable | Uint8Array): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const handle = await fileWork(() => open(path, 'wx', fileMode));
  try {
    for await (const chunk of chunksOf(body)) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      // writeFile on a handle appends from where it stands and writes all of the chunk.
      await fileWork(() => handle.writeFile(chunk));
    }
    await fileWork(() => handle.sync());
  } finally {
    await handle.close().catch(() => undefined);
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function* chunksOf(body: Readable | Uint8Array): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) {
    for (let at = 0; at < body.length; at += maxChunkBytes) yield body.subarray(at, at + maxChunkBytes);
    return;
  }
  for await (const chunk of body) yield typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
}

/** Makes the names in a folder durable. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
