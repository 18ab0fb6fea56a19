import { createHash } from 'node:crypto';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { ScanResult } from '../ports/malware-scanner.ts';
import type { LinkVerdicts } from '../records/link-verdicts.ts';
import type { Links } from '../records/links.ts';

export interface TakeVerdictParts {
  readonly files: BlobStore;
  readonly verdicts: LinkVerdicts;
  readonly links: Pick<Links, 'ofMail'>;
  readonly log: Logger;
}

/** What a store that scans by itself says of one of its objects. */
export interface ObjectVerdict {
  readonly bucket: string;
  readonly blobKey: string;
  /** Of the bytes that were scanned; absent where the store does not tell. */
  readonly etag?: string | undefined;
  readonly status: string;
}

/** @see https://docs.aws.amazon.com/guardduty/latest/ug/monitoring-malware-protection-s3-scans-gdu.html */
const guardDutyResults: Readonly<Record<string, ScanResult>> = {
  NO_THREATS_FOUND: 'clean',
  THREATS_FOUND: 'infected',
  UNSUPPORTED: 'unscannable',
  ACCESS_DENIED: 'unscannable',
  FAILED: 'unscannable',
};

/** A file of a mail; an archive is made of files that have verdicts of their own. */
const fileKey = /^files\/([a-z2-7]{40})\/(?!zip\.)/;

/**
 * Takes in what GuardDuty says of an object: the verdict holds for its bytes, whatever link leads to them.
 * A file is scanned as soon as it is stored, mostly before its mail is read to the end and has links. Then the bytes
 * themselves tell their hash, so that a verdict never comes too early to be kept. A verdict on bytes that others have
 * replaced under the same key says nothing of these.
 */
export async function takeVerdict(parts: TakeVerdictParts, event: ObjectVerdict): Promise<'done' | 'skippedDuplicate'> {
  const { files, verdicts, links, log } = parts;
  const result = Object.hasOwn(guardDutyResults, event.status) ? guardDutyResults[event.status] : undefined;
  const mailId = fileKey.exec(event.blobKey)?.[1];
  if (result === undefined || mailId === undefined || event.bucket !== files.bucket) return 'skippedDuplicate';
  const stored = await files.head(event.blobKey);
  const scannedEtag = event.etag?.replaceAll('"', '');
  if (stored !== undefined && scannedEtag !== undefined && stored.etag !== scannedEtag) return 'skippedDuplicate';
  const known = (await links.ofMail(mailId)).filter(({ blobKey }) => blobKey === event.blobKey);
  const hashes = known.length > 0 ? known.map(({ sha256 }) => sha256) : await hashOf(files, event.blobKey);
  for (const sha256 of new Set(hashes)) await verdicts.set(sha256, result, 'guardduty');
  log.info('verdict taken in', { mailId, verdict: result, linkCount: known.length });
  return hashes.length > 0 ? 'done' : 'skippedDuplicate';
}

/** The SHA-256 of an object, read as a stream; none when it is gone. */
async function hashOf(files: BlobStore, key: string): Promise<readonly string[]> {
  const content = await files.get(key);
  if (content === undefined) return [];
  const hash = createHash('sha256');
  for await (const chunk of content.body) hash.update(chunk);
  return [hash.digest('hex')];
}
