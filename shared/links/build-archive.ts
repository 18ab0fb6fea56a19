import { type PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { PermanentMailError } from '../errors/mail-error.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ArchiveRecord, LinkArchives } from '../records/link-archives.ts';

export interface BuildArchiveParts {
  readonly archives: LinkArchives;
  readonly files: BlobStore;
}

/**
 * Makes an archive that was asked for, straight from the store into the store: one file after the other, never more
 * than a few chunks in memory. Files are packed as they are: most kinds are compressed already, and it costs no time.
 * An archive that is there is left alone; a file that has gone meanwhile ends the job as failed.
 */
export async function buildArchive(
  { archives, files }: BuildArchiveParts,
  { mailId, contentHash }: Pick<ArchiveRecord, 'mailId' | 'contentHash'>,
): Promise<'done' | 'skippedDuplicate'> {
  const archive = await archives.read(mailId, contentHash);
  if (archive === undefined) return 'skippedDuplicate';
  if (archive.state === 'ready' && (await files.head(archive.archiveKey)) !== undefined) return 'skippedDuplicate';
  const packed = pack(files, archive);
  try {
    const expiry = archive.keptUntil === undefined ? {} : { expiresAt: new Date(archive.keptUntil) };
    await files.put(archive.archiveKey, packed, { contentType: 'application/zip', ...expiry });
  } catch (error) {
    if (!(error instanceof PermanentMailError)) throw error;
    await archives.end(mailId, contentHash, 'failed');
    return 'done';
  } finally {
    packed.destroy();
  }
  await archives.end(mailId, contentHash, 'ready');
  return 'done';
}

function pack(files: BlobStore, { entries, madeAt }: ArchiveRecord): Readable {
  const zip = new ZipFile();
  // The types call it an old-style stream; it is a PassThrough.
  const output = zip.outputStream as PassThrough;
  const fail = (error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error)));
  zip.on('error', fail);
  for (const { blobKey, fileName, sizeBytes } of entries) {
    const options = { mtime: new Date(madeAt), compress: false, size: sizeBytes };
    zip.addReadStreamLazy(fileName, options, (give) => {
      files.get(blobKey).then(
        (content) => {
          if (content === undefined) return give(gone(), Readable.from([]));
          content.body.once('error', fail);
          output.once('close', () => content.body.destroy());
          return give(null, content.body);
        },
        (error) => give(error, Readable.from([])),
      );
    });
  }
  zip.end();
  return output;
}

const gone = () => new PermanentMailError('ERR_SOURCE_GONE', 'a file of the archive is no longer kept');
