import type { BlobStore } from '../ports/blob-store.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { MimeComposer } from '../ports/mime-composer.ts';
import type { MimeParser } from '../ports/mime-parser.ts';
import type { Clock, Ids, Platform, PlatformSettings, RouteSource, SecretSource } from '../ports/platform.ts';
import type { Topic } from '../ports/topic.ts';
import type { ArrivalCounts } from '../records/arrival-counts.ts';
import type { Emails } from '../records/emails.ts';
import type { Ledger } from '../records/ledger.ts';
import type { Links } from '../records/links.ts';
import type { Reminders } from '../records/reminders.ts';

/** What processing one inbound mail needs of the outside. */
export interface InboundPorts {
  readonly raw: BlobStore;
  readonly files: BlobStore;
  readonly parser: MimeParser;
  readonly composer: MimeComposer;
  readonly ledger: Ledger;
  readonly emails: Emails;
  readonly links: Links;
  readonly reminders: Pick<Reminders, 'plan'>;
  readonly arrivalCounts: ArrivalCounts;
  readonly outboundQueue: JobQueue;
  /** Takes requests for scans; absent where the store scans by itself, or nothing does. */
  readonly linkQueue?: JobQueue | undefined;
  readonly fallbackTopic: Topic;
  readonly routes: RouteSource;
  readonly secrets: SecretSource;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly settings: PlatformSettings;
}

/** Takes what processing needs from a platform, and nothing more: a platform makes each port when it is asked for. */
export function createInboundPorts(
  platform: Platform,
  records: Pick<InboundPorts, 'ledger' | 'emails' | 'links' | 'reminders' | 'arrivalCounts'>,
): InboundPorts {
  const { raw, files, parser, composer, outboundQueue, fallbackTopic, routes, secrets } = platform;
  const { clock, ids, log, metrics, settings } = platform;
  const { ledger, emails, links, reminders, arrivalCounts } = records;
  return {
    ...{ raw, files, parser, composer, outboundQueue, fallbackTopic, routes, secrets },
    ...{ clock, ids, log, metrics, settings },
    ...{ ledger, emails, links, reminders, arrivalCounts },
    // Only a scanner of our own is asked; a store that scans by itself needs no request.
    linkQueue: platform.scanner === undefined ? undefined : platform.linkQueue,
  };
}
