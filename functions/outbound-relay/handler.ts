import { parseOutboundJob } from '../../shared/contracts/outbound-job.ts';
import type { EmailRecord } from '../../shared/contracts/records.ts';
import { isReminderDue } from '../../shared/links/is-reminder-due.ts';
import { createOutboundPorts, longestPaceSeconds } from '../../shared/outbound/outbound-ports.ts';
import { relayOutbound } from '../../shared/outbound/relay-outbound.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import type { Timer } from '../../shared/ports/timer.ts';
import { linkRecordsOf } from '../../shared/records/link-records.ts';
import type { QueueHandler } from '../../shared/runtime/handler.ts';
import { queueBatch, type RecordEnd } from '../../shared/runtime/queue-batch.ts';
import { recordsOf } from '../../shared/runtime/records.ts';
import { systemTimer } from '../../shared/runtime/system-timer.ts';

/** Beyond one attempt: for the writes around it. */
const marginMs = 10_000;

/** Feeds each job of the outbound queue to `relayOutbound`. */
export function outboundRelay(platform: Platform, timer: Timer = systemTimer): QueueHandler {
  const { sender, outboundQueue, clock, log, metrics, settings } = platform;
  const links = { ...linkRecordsOf(platform), clock };
  const isStillDue = async (email: EmailRecord) => email.kind !== 'reminder' || isReminderDue(links, email);
  const { outbox, ...records } = recordsOf(platform);
  const ports = createOutboundPorts(platform, { ...records, isStillDue }, timer);
  const batch = queueBatch({
    queue: outboundQueue,
    log,
    metrics,
    maxReceiveCount: settings.outboundMaxReceiveCount,
    minRemainingMs: (sender.timeoutSeconds + longestPaceSeconds) * 1000 + marginMs,
    work: async ({ body, receiveCount }): Promise<RecordEnd> => {
      const relayed = await relayOutbound(ports, parseOutboundJob(body).emailId, receiveCount);
      return relayed.end === 'done' ? { end: 'done' } : relayed;
    },
  });
  return async (event, context) => {
    const response = await batch(event, context);
    // Frozen after its answer, the function would leave what it has told to the sweeper, which would tell it again.
    await outbox?.settle();
    return response;
  };
}
