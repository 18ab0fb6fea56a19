import type { BlobStore } from '../ports/blob-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { MalwareScanner, ScanResult } from '../ports/malware-scanner.ts';
import type { LinkVerdicts } from '../records/link-verdicts.ts';
import type { Links } from '../records/links.ts';

export interface ScanFileParts {
  readonly files: BlobStore;
  readonly verdicts: LinkVerdicts;
  readonly links: Pick<Links, 'ofMail'>;
  /** Absent where the store itself scans (GuardDuty), and where nothing does. */
  readonly scanner?: MalwareScanner;
  readonly log: Logger;
}

/**
 * Has one stored file scanned and binds the verdict to its bytes. Without a scanner nothing is said: the links stay
 * closed until whoever scans tells its result.
 */
export async function scanFile(
  { files, verdicts, scanner, log }: ScanFileParts,
  { blobKey, sha256 }: { readonly blobKey: string; readonly sha256: string },
): Promise<'done' | 'skippedDuplicate'> {
  const known = await verdicts.read(sha256);
  if (scanner === undefined || (known !== undefined && known.verdict !== 'pending')) return 'skippedDuplicate';
  const content = await files.get(blobKey);
  if (content === undefined) return 'skippedDuplicate';
  try {
    const result = await scanner.scan(content.body);
    await verdicts.set(sha256, result, scanner.name);
    log.info('file scanned', { verdict: result, bytes: content.info.sizeBytes });
  } finally {
    content.body.destroy();
  }
  return 'done';
}

/** @see https://docs.aws.amazon.com/guardduty/latest/ug/monitoring-malware-protection-s3-scans-gdu.html */
const guardDutyResults: Readonly<Record<string, ScanResult>> = {
  NO_THREATS_FOUND: 'clean',
  THREATS_FOUND: 'infected',
  UNSUPPORTED: 'unscannable',
  ACCESS_DENIED: 'unscannable',
  FAILED: 'unscannable',
};

/** Takes in what GuardDuty says of an object: the verdict holds for its bytes, whatever link leads to them. */
export async function takeVerdict(
  { files, verdicts, links, log }: Omit<ScanFileParts, 'scanner'>,
  event: { readonly bucket: string; readonly blobKey: string; readonly status: string },
): Promise<'done' | 'skippedDuplicate'> {
  const result = Object.hasOwn(guardDutyResults, event.status) ? guardDutyResults[event.status] : undefined;
  const mailId = /^files\/([a-z2-7]{40})\//.exec(event.blobKey)?.[1];
  if (result === undefined || mailId === undefined || event.bucket !== files.bucket) return 'skippedDuplicate';
  const hashes = new Set(
    (await links.ofMail(mailId)).filter(({ blobKey }) => blobKey === event.blobKey).map(({ sha256 }) => sha256),
  );
  for (const sha256 of hashes) await verdicts.set(sha256, result, 'guardduty');
  log.info('verdict taken in', { mailId, verdict: result, fileCount: hashes.size });
  return hashes.size > 0 ? 'done' : 'skippedDuplicate';
}
