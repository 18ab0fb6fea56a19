import type { BlobStore } from '../ports/blob-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { MalwareScanner } from '../ports/malware-scanner.ts';
import type { LinkVerdicts } from '../records/link-verdicts.ts';

export interface ScanFileParts {
  readonly files: BlobStore;
  readonly verdicts: LinkVerdicts;
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
