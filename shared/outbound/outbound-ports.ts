import type { EmailRecord } from '../contracts/records.ts';
import type { ErrorCode } from '../errors/codes.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { MailSender } from '../ports/mail-sender.ts';
import type { Clock, Ids, Platform, PlatformSettings } from '../ports/platform.ts';
import type { Timer } from '../ports/timer.ts';
import type { Topic } from '../ports/topic.ts';
import type { Emails } from '../records/emails.ts';
import type { Suppression } from '../records/suppression.ts';
import { type Breakers, createBreakers } from './breakers.ts';
import { createPace, type Pace } from './pace.ts';

/** What relaying one email needs of the outside. */
export interface OutboundPorts {
  readonly emails: Emails;
  readonly suppression: Suppression;
  readonly files: BlobStore;
  readonly sender: MailSender;
  readonly fallbackTopic: Topic;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly ids: Ids;
  readonly log: Logger;
  readonly settings: PlatformSettings;
  readonly breakers: Breakers;
  readonly pace: Pace;
  /** Whether an email that depends on other things still holds; asked last before the attempt. Absent: all do. */
  readonly isStillDue?: ((email: EmailRecord) => Promise<boolean>) | undefined;
}

/** How the relay of one email ended this time. `waits`: the due index holds it until its time. */
export type RelayEnd =
  | { readonly end: 'done'; readonly outcome: 'sent' | 'suppressed' | 'canceled' | 'waits' }
  | { readonly end: 'skippedDuplicate' }
  | { readonly end: 'retry'; readonly code: ErrorCode; readonly delaySeconds: number }
  | { readonly end: 'rejected'; readonly code: ErrorCode };

type Given = Pick<Platform, 'files' | 'sender' | 'fallbackTopic' | 'store' | 'clock' | 'ids' | 'log' | 'settings'>;

/** A claim outlasts the sender's own time limit by this, for the writes around the attempt; unit: seconds. */
export const claimMarginSeconds = 5;

/** The longest that a claimed email waits for its place in the row of sends; unit: seconds. */
export const longestPaceSeconds = 10;

/** The ports of the outbound stage over a platform; made once in a process, because the pace is kept per process. */
export function createOutboundPorts(
  platform: Given,
  records: Pick<OutboundPorts, 'emails' | 'suppression' | 'isStillDue'>,
  timer: Timer,
): OutboundPorts {
  const { files, sender, fallbackTopic, store, clock, ids, log, settings } = platform;
  const probeSeconds = sender.timeoutSeconds + claimMarginSeconds + longestPaceSeconds;
  return {
    ...{ files, sender, fallbackTopic, clock, timer, ids, log, settings },
    emails: records.emails,
    suppression: records.suppression,
    isStillDue: records.isStillDue,
    breakers: createBreakers({ store, alarmTopic: fallbackTopic, clock, ids, log, probeSeconds }),
    pace: createPace(timer, settings.sendsPerSecond),
  };
}
