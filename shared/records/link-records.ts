import type { Platform } from '../ports/platform.ts';
import { createLinkArchives, type LinkArchives } from './link-archives.ts';
import { createLinkGrants, type LinkGrants } from './link-grants.ts';
import { createLinkVerdicts, type LinkVerdicts } from './link-verdicts.ts';
import { createLinkVisits, type LinkVisits } from './link-visits.ts';
import { createLinks, type Links } from './links.ts';
import { createReminders, type Reminders } from './reminders.ts';

export interface LinkRecords {
  readonly links: Links;
  readonly grants: LinkGrants;
  readonly visits: LinkVisits;
  readonly verdicts: LinkVerdicts;
  readonly archives: LinkArchives;
  readonly reminders: Reminders;
}

/** Everything that is kept about links, over a platform's one store. */
export function linkRecordsOf({ store, clock, ids }: Pick<Platform, 'store' | 'clock' | 'ids'>): LinkRecords {
  const context = { store, clock, ids };
  return {
    links: createLinks(context),
    grants: createLinkGrants(context),
    visits: createLinkVisits(context),
    verdicts: createLinkVerdicts(context),
    archives: createLinkArchives(context),
    reminders: createReminders(context),
  };
}
