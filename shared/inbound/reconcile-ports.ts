import type { BlobStore } from '../ports/blob-store.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Clock, PlatformSettings } from '../ports/platform.ts';
import type { Topic } from '../ports/topic.ts';
import type { Ledger } from '../records/ledger.ts';
import type { MailGaps } from '../records/mail-gaps.ts';

/** What comparing the store with the ledger needs of the outside. */
export interface ReconcilePorts {
  readonly raw: Pick<BlobStore, 'bucket' | 'list'>;
  readonly ledger: Pick<Ledger, 'read'>;
  readonly gaps: MailGaps;
  readonly inboundQueue: Pick<JobQueue, 'send'>;
  readonly fallbackTopic: Topic;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly settings: Pick<PlatformSettings, 'rawPrefix'>;
}
