import type { LinkJob } from '../contracts/link-job.ts';
import { type BuildArchiveParts, buildArchive } from './build-archive.ts';
import { type ScanFileParts, scanFile, takeVerdict } from './scan-file.ts';

/** Does one job behind the gateway; each can run again and gives the same result. */
export function runLinkJob(
  ports: BuildArchiveParts & ScanFileParts,
  job: LinkJob,
): Promise<'done' | 'skippedDuplicate'> {
  switch (job.kind) {
    case 'archive':
      return buildArchive(ports, job);
    case 'scan':
      return scanFile(ports, job);
    case 'verdict':
      return takeVerdict(ports, job);
  }
}
