import { queues, rawPrefix } from '../../infra/topology.ts';
import { createClamdScanner } from '../adapters/clamd/clamd-scanner.ts';
import type { LocalStores } from '../adapters/local/open-local-stores.ts';
import { createMimeParser } from '../adapters/mail/mail-parser.ts';
import { createMimeComposer } from '../adapters/mail/mime-composer.ts';
import type { Logger } from '../ports/logger.ts';
import type { MailSender } from '../ports/mail-sender.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Clock, Ids, Platform, RouteSource, SecretSource } from '../ports/platform.ts';
import { emailEventTopic } from '../records/email-event-topic.ts';
import { processedMailTopic } from '../records/processed-mail-topic.ts';
import type { LocalConfig } from './local-config.ts';

/** What a platform on one machine is made of, besides its settings. */
export interface LocalPlatformParts {
  readonly stores: LocalStores;
  readonly sender: MailSender;
  readonly routes: RouteSource;
  readonly secrets: SecretSource;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Begins every mailed link; without a slash at its end. */
  readonly publicUrl: string;
}

/** The same number as on AWS: five sends with growing waits between them cover an outage of an hour. */
const maxSendAttempts = 5;

/** All ports on one machine: SQLite, files, and what was chosen to send with. */
export function localPlatform(config: LocalConfig, parts: LocalPlatformParts): Platform {
  const { stores, publicUrl, ...ports } = parts;
  return {
    ...ports,
    raw: stores.buckets.raw,
    files: stores.buckets.files,
    inboundQueue: stores.queues.inbound,
    outboundQueue: stores.queues.outbound,
    engagementQueue: stores.queues.engagement,
    linkQueue: stores.queues.links,
    ...(config.clamd === undefined ? {} : { scanner: createClamdScanner({ address: config.clamd }) }),
    fallbackTopic: stores.topics.fallback,
    emailEvents: emailEventTopic(stores.topics['email-events']),
    processedMails: processedMailTopic(stores.topics.processed),
    store: stores.store,
    parser: createMimeParser({ maxMailBytes: config.maxMailBytes }),
    composer: createMimeComposer(),
    settings: {
      rawPrefix,
      publicUrl,
      linkDelivery: 'stream',
      ...(config.configurationSet === undefined ? {} : { configurationSet: config.configurationSet }),
      // One process sends: its share is the whole rate.
      ...(config.maxSendRate === undefined ? {} : { sendsPerSecond: config.maxSendRate }),
      maxSendAttempts,
      uncertainSeconds: config.uncertainSeconds,
      whenUncertain: config.whenUncertain,
      maxMailBytes: config.maxMailBytes,
      inboundMaxReceiveCount: queues.inbound.maxReceiveCount,
      outboundMaxReceiveCount: queues.outbound.maxReceiveCount,
    },
  };
}
