import { reconcileMails } from '../../shared/inbound/reconcile-mails.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import { createMailGaps } from '../../shared/records/mail-gaps.ts';
import type { ScheduledHandler } from '../../shared/runtime/handler.ts';
import { recordsOf } from '../../shared/runtime/records.ts';

/** A page of a thousand mails takes seconds; none is begun when less time than this remains. */
const marginMs = 60_000;

/** Compares the store of raw mail with the ledger; runs by the clock. */
export function reconciler(platform: Platform): ScheduledHandler {
  const { raw, inboundQueue, fallbackTopic, clock, log, metrics, settings } = platform;
  const { ledger } = recordsOf(platform);
  const gaps = createMailGaps(platform);
  const ports = { raw, inboundQueue, fallbackTopic, clock, log, metrics, settings, ledger, gaps };
  return async (_event, context) => {
    await reconcileMails(ports, () => context.getRemainingTimeInMillis() > marginMs);
  };
}
