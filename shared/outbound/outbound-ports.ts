import type { ErrorCode } from '../errors/codes.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { MailSender } from '../ports/mail-sender.ts';
import type { Clock, Ids, PlatformSettings } from '../ports/platform.ts';
import type { Topic } from '../ports/topic.ts';
import type { Emails } from '../records/emails.ts';
import type { Suppression } from '../records/suppression.ts';

/** What relaying one email needs of the outside. */
export interface OutboundPorts {
  readonly emails: Emails;
  readonly suppression: Suppression;
  readonly files: BlobStore;
  readonly sender: MailSender;
  readonly fallbackTopic: Topic;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly settings: PlatformSettings;
}

/** How the relay of one email ended this time. `waits`: the due index holds it until its time. */
export type RelayEnd =
  | { readonly end: 'done'; readonly outcome: 'sent' | 'suppressed' | 'waits' }
  | { readonly end: 'skippedDuplicate' }
  | { readonly end: 'retry'; readonly code: ErrorCode; readonly delaySeconds: number }
  | { readonly end: 'rejected'; readonly code: ErrorCode };
