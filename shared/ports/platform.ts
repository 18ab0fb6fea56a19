import type { Route } from '../contracts/route.ts';
import type { BlobStore } from './blob-store.ts';
import type { EmailEventSink } from './email-event-sink.ts';
import type { JobQueue } from './job-queue.ts';
import type { Logger } from './logger.ts';
import type { MailSender } from './mail-sender.ts';
import type { MalwareScanner } from './malware-scanner.ts';
import type { Metrics } from './metrics.ts';
import type { MimeComposer } from './mime-composer.ts';
import type { MimeParser } from './mime-parser.ts';
import type { ProcessedMailSink } from './processed-mail-sink.ts';
import type { RecordStore } from './record-store.ts';
import type { Topic } from './topic.ts';

/** The time of day. */
export interface Clock {
  now(): Date;
}

/** Ids that no one can guess and that never repeat. */
export interface Ids {
  /** 26 characters of `[0-9a-z]`, sortable by time. */
  next(): string;
}

/** The routes in force now; re-read when their source changes. Throws `ERR_SETTING` when the source is unusable at start. */
export interface RouteSource {
  routes(): Promise<readonly Route[]>;
}

/** Secrets of the installation. */
export interface SecretSource {
  /** The key under which link tokens are derived; at least 32 bytes. */
  linkSecret(): Promise<Uint8Array>;
}

/** Everything outside the domain, as ports: the domain runs the same on AWS and on one machine. */
export interface Platform {
  /** Raw mail as it arrived, under `raw/<routeId>/<id>`. */
  readonly raw: BlobStore;
  /** Attachments under `files/<mailId>/<part>`, outgoing mail under `mime/<emailId>`, and what the emails of one mail share under `mime/<mailId>`. */
  readonly files: BlobStore;
  readonly inboundQueue: JobQueue;
  readonly outboundQueue: JobQueue;
  readonly engagementQueue: JobQueue;
  /** Work behind links: archives to make, files to scan. Absent where nothing does such work. */
  readonly linkQueue?: JobQueue | undefined;
  /** Looks for malware in files; absent where the store does it itself, and where no one does. */
  readonly scanner?: MalwareScanner | undefined;
  /** Mail that was parked: an operator has to look. */
  readonly fallbackTopic: Topic;
  /** Where changes of emails are told; nothing is told when absent. */
  readonly emailEvents?: EmailEventSink;
  /** Where ends of mails are told; nothing is told when absent. */
  readonly processedMails?: ProcessedMailSink;
  readonly store: RecordStore;
  readonly sender: MailSender;
  readonly parser: MimeParser;
  readonly composer: MimeComposer;
  readonly routes: RouteSource;
  readonly secrets: SecretSource;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Counts what has ended; nothing is counted when absent. */
  readonly metrics?: Metrics | undefined;
  readonly settings: PlatformSettings;
}

export interface PlatformSettings {
  /** Raw mail arrives under this prefix, `raw/` unless the bucket is someone else's. */
  readonly rawPrefix: string;
  /**
   * The region whose SES takes the mail in: its header fields about spam, virus and authentication are believed. Absent
   * where mail does not come through SES, and such fields are the sender's own words.
   */
  readonly sesRegion?: string;
  /** Begins every mailed link: `https://links.example.com`, without a slash at its end. */
  readonly publicUrl: string;
  /** How a link gives its bytes: AWS redirects to a URL signed for 60 s, one machine streams. */
  readonly linkDelivery: 'redirect' | 'stream';
  readonly configurationSet?: string;
  /** Configuration set without open and click tracking, for mail whose bytes must not change. */
  readonly intactConfigurationSet?: string;
  /** Sends of one email before it is given up; SQS's own count is only the backstop. */
  readonly maxSendAttempts: number;
  /** This process's share of the rate that the account may send at; absent: no limit. */
  readonly sendsPerSecond?: number;
  /** How long an uncertain send waits for its Send event. */
  readonly uncertainSeconds: number;
  /** What follows an uncertain send that stays uncertain: sent once more and flagged, or kept for an operator. */
  readonly whenUncertain: 'resend' | 'park';
  /** Largest raw mail that is read. SES's limit is 40 MB. */
  readonly maxMailBytes: number;
  /** Receives of one inbound message before its queue gives it up. */
  readonly inboundMaxReceiveCount: number;
  readonly outboundMaxReceiveCount: number;
}
