import type { Logger } from '../ports/logger.ts';
import type { Counted } from '../ports/metrics.ts';
import type { Clock } from '../ports/platform.ts';
import type { Emails } from '../records/emails.ts';
import type { OrphanEvents } from '../records/orphan-events.ts';
import type { Suppression } from '../records/suppression.ts';

/** What became of an event: what is counted. */
export type EngagementOutcome = Counted['events']['outcome'];

/** What recording events needs of the outside. */
export interface EngagementPorts {
  readonly emails: Emails;
  readonly suppression: Suppression;
  readonly orphans: OrphanEvents;
  readonly clock: Clock;
  readonly log: Logger;
  /** This installation's record store, by name: an event whose tag `store` names another one is foreign. */
  readonly storeName?: string;
  /** Counts what became of an event. */
  readonly count?: (outcome: EngagementOutcome) => void;
}
