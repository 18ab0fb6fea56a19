import { sweepDue } from '../../shared/outbound/sweep-due.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import type { ScheduledHandler } from '../../shared/runtime/handler.ts';
import { recordsOf } from '../../shared/runtime/records.ts';

/** A round of a thousand emails takes seconds; none is begun when less time than this remains. */
const marginMs = 20_000;

/** Puts emails whose waiting time is over back on the outbound queue; runs by the clock. */
export function dueSweeper(platform: Platform): ScheduledHandler {
  const { outboundQueue, clock, log } = platform;
  const ports = { outboundQueue, clock, log, emails: recordsOf(platform).emails };
  return async (_event, context) => {
    await sweepDue(ports, () => context.getRemainingTimeInMillis() > marginMs);
  };
}
