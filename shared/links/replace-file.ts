import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LinkRecord } from '../contracts/records.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Clock, Ids } from '../ports/platform.ts';
import { isFetch, type LinkVisits } from '../records/link-visits.ts';
import type { Links } from '../records/links.ts';
import type { Doer } from './revoke-links.ts';
import { selectLinks } from './select-links.ts';

export interface ReplaceFileParts {
  readonly links: Links;
  readonly files: BlobStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly visits: Pick<LinkVisits, 'ofLink'>;
}

export interface NewFile {
  readonly content: Readable;
  /** Absent: the name stays. */
  readonly fileName?: string;
  /** Absent: the content type stays. */
  readonly contentType?: string;
}

export interface FileReplaced {
  readonly links: readonly LinkRecord[];
  /** Those whose recipient had fetched the bytes before: they have the old file. */
  readonly haveOld: readonly LinkRecord[];
  readonly sizeBytes: number;
  readonly sha256: string;
}

/**
 * Swaps the bytes behind a link, for all recipients of its mail; URLs and expiries stay. The new bytes are durable
 * before the first link points to them, and the old ones are deleted when none does any more.
 * @returns `undefined` when there is no such link
 */
export async function replaceFile(
  { links, files, clock, ids, visits }: ReplaceFileParts,
  linkId: string,
  file: NewFile,
  doer: Doer,
): Promise<FileReplaced | undefined> {
  const named = await selectLinks(links, { linkId, everyone: true });
  const [first] = named;
  if (first === undefined) return undefined;
  // A presigned URL names its key, so only bytes under the same key can take the place of the old ones.
  const isPresigned = named.some(({ mode }) => mode === 'presigned');
  const blobKey = isPresigned ? first.blobKey : `files/${first.mailId}/${first.path}.${ids.next()}`;
  const { sizeBytes, sha256 } = await store(files, blobKey, file.content, first.keptUntil);
  const fields = {
    ...{ blobKey, sizeBytes, sha256, replacedAt: clock.now().toISOString() },
    ...(file.fileName === undefined ? {} : { fileName: file.fileName }),
    ...(file.contentType === undefined ? {} : { contentType: file.contentType }),
  };
  const now: LinkRecord[] = [];
  const haveOld: LinkRecord[] = [];
  const oldKeys = new Set<string>();
  for (const { tokenHash, sha256: old } of named) {
    const act = { step: 'replaced', detail: `SHA-256 before ${old}`, ...doer };
    const change = await links.change(tokenHash, act, () => fields);
    if (change === undefined) continue;
    now.push(change.link);
    if ((await visits.ofLink(tokenHash)).some(isFetch)) haveOld.push(change.link);
    if (change.before.blobKey !== blobKey) oldKeys.add(change.before.blobKey);
  }
  for (const key of oldKeys) await files.delete(key);
  return { links: now, haveOld, sizeBytes, sha256 };
}

async function store(files: BlobStore, key: string, content: Readable, keptUntil: string | undefined) {
  const hash = createHash('sha256');
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const expiry = keptUntil === undefined ? {} : { expiresAt: new Date(keptUntil) };
  const put = files.put(key, through, { contentType: 'application/octet-stream', ...expiry });
  const [info] = await Promise.all([put, pipeline(content, through)]);
  return { sizeBytes: info.sizeBytes, sha256: hash.digest('hex') };
}
