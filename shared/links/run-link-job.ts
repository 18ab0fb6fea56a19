import type { LinkJob } from '../contracts/link-job.ts';
import { type BuildArchiveParts, buildArchive } from './build-archive.ts';
import { type RemindRecipientParts, remindRecipient } from './remind-recipient.ts';
import { type ScanFileParts, scanFile } from './scan-file.ts';
import { type TakeVerdictParts, takeVerdict } from './take-verdict.ts';

/** Does one job behind the gateway; each can run again and gives the same result. */
export function runLinkJob(
  ports: BuildArchiveParts & ScanFileParts & TakeVerdictParts & RemindRecipientParts,
  job: LinkJob,
): Promise<'done' | 'skippedDuplicate'> {
  switch (job.kind) {
    case 'archive':
      return buildArchive(ports, job);
    case 'scan':
      return scanFile(ports, job);
    case 'remind':
      return remindRecipient(ports, job);
    case 'verdict':
      return takeVerdict(ports, job);
  }
}
