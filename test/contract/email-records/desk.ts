import { type EngagementPorts, recordEvent } from '../../../shared/engagement/record-event.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import { createEmails } from '../../../shared/records/emails.ts';
import { createOrphanEvents } from '../../../shared/records/orphan-events.ts';
import { createSuppression } from '../../../shared/records/suppression.ts';
import { createIds } from '../../../shared/runtime/ids.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { sampleAt } from './sample-email.ts';

/** The repositories over one store, and what feeds events to them. */
export function openDesk(store: RecordStore) {
  const clock = createManualClock(sampleAt);
  const silent = () => {};
  const context = { store, clock, ids: createIds(clock) };
  const ports: EngagementPorts = {
    emails: createEmails(context),
    suppression: createSuppression(context),
    orphans: createOrphanEvents(context),
    clock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
  return { ...ports, clock, ports, record: (body: string) => recordEvent(ports, body) };
}
