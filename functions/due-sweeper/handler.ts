import { countEvents } from '../../shared/engagement/count-events.ts';
import { sweepOrphans } from '../../shared/engagement/sweep-orphans.ts';
import { sweepReminders } from '../../shared/links/sweep-reminders.ts';
import { sweepDue } from '../../shared/outbound/sweep-due.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import type { ScheduledHandler } from '../../shared/runtime/handler.ts';
import { recordsOf } from '../../shared/runtime/records.ts';

/** A round of a thousand emails takes seconds; none is begun when less time than this remains. */
const marginMs = 20_000;

/** Events that wait for their email, changes of emails not yet told, and reminders are looked after this often. */
const tidyEverySeconds = 60;

/** Puts emails whose waiting time is over back on the outbound queue, and finishes what others left open; runs by the clock. */
export function dueSweeper(platform: Platform): ScheduledHandler {
  const { outboundQueue, linkQueue, clock, log, metrics } = platform;
  const { outbox, processedOutbox, ...records } = recordsOf(platform);
  const ports = { outboundQueue, clock, log, count: countEvents(metrics), ...records };
  let tidiedAt = Number.NEGATIVE_INFINITY;
  return async (_event, context) => {
    await sweepDue(ports, () => context.getRemainingTimeInMillis() > marginMs);
    await outbox?.settle();
    if (clock.now().getTime() - tidiedAt < tidyEverySeconds * 1000) return;
    tidiedAt = clock.now().getTime();
    await sweepOrphans(ports);
    await outbox?.sweep();
    await processedOutbox?.sweep();
    if (linkQueue !== undefined) await sweepReminders({ ...ports, linkQueue });
  };
}
