import type { Platform } from '../ports/platform.ts';
import { createEmails, type Emails } from '../records/emails.ts';
import { createLedger, type Ledger } from '../records/ledger.ts';
import { createLinks, type Links } from '../records/links.ts';
import { createSuppression, type Suppression } from '../records/suppression.ts';

export interface Records {
  readonly ledger: Ledger;
  readonly emails: Emails;
  readonly links: Links;
  readonly suppression: Suppression;
}

/** All repositories over a platform's one store. */
export function recordsOf({ store, clock, ids }: Pick<Platform, 'store' | 'clock' | 'ids'>): Records {
  const context = { store, clock, ids };
  return {
    ledger: createLedger(context),
    emails: createEmails(context),
    links: createLinks(context),
    suppression: createSuppression(context),
  };
}
