import type { Platform } from '../ports/platform.ts';
import { type ArrivalCounts, createArrivalCounts } from '../records/arrival-counts.ts';
import { countEmails, countMails } from '../records/count-ends.ts';
import { createEmailOutbox, type EmailOutbox } from '../records/email-outbox.ts';
import { createEmails, type Emails } from '../records/emails.ts';
import { createLedger, type Ledger } from '../records/ledger.ts';
import { createLinks, type Links } from '../records/links.ts';
import { createOrphanEvents, type OrphanEvents } from '../records/orphan-events.ts';
import { createProcessedOutbox, type ProcessedOutbox } from '../records/processed-outbox.ts';
import { createReminders, type Reminders } from '../records/reminders.ts';
import { createSuppression, type Suppression } from '../records/suppression.ts';

export interface Records {
  readonly ledger: Ledger;
  readonly emails: Emails;
  readonly links: Links;
  readonly reminders: Reminders;
  readonly arrivalCounts: ArrivalCounts;
  readonly suppression: Suppression;
  readonly orphans: OrphanEvents;
  /** Absent where nothing is told of emails. */
  readonly outbox?: EmailOutbox;
  /** Absent where nothing is told of mails. */
  readonly processedOutbox?: ProcessedOutbox;
}

/**
 * What the repositories stand on; with `log` and a sink, changes of emails and ends of mails are told; with `metrics`,
 * ends are counted.
 */
export type RecordsPlatform = Pick<Platform, 'store' | 'clock' | 'ids'> &
  Partial<Pick<Platform, 'log' | 'emailEvents' | 'processedMails' | 'metrics'>>;

/** All repositories over a platform's one store. */
export function recordsOf(platform: RecordsPlatform): Records {
  const { store, clock, ids, log, metrics, emailEvents: sink, processedMails } = platform;
  const context = { store, clock, ids };
  const outbox = sink && log ? createEmailOutbox({ store, clock, log, sink }) : undefined;
  const processedOutbox =
    processedMails && log ? createProcessedOutbox({ store, clock, log, sink: processedMails }) : undefined;
  const ledger = createLedger(context, processedOutbox);
  const emails = createEmails(context, outbox);
  return {
    ledger: metrics === undefined ? ledger : countMails(ledger, metrics),
    emails: metrics === undefined ? emails : countEmails(emails, metrics),
    links: createLinks(context),
    reminders: createReminders(context),
    arrivalCounts: createArrivalCounts(context),
    suppression: createSuppression(context),
    orphans: createOrphanEvents(context),
    ...(outbox === undefined ? {} : { outbox }),
    ...(processedOutbox === undefined ? {} : { processedOutbox }),
  };
}
