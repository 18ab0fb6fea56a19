import { parseOutboundJob } from '../../shared/contracts/outbound-job.ts';
import { relayOutbound } from '../../shared/outbound/relay-outbound.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import type { QueueHandler } from '../../shared/runtime/handler.ts';
import { queueBatch, type RecordEnd } from '../../shared/runtime/queue-batch.ts';
import { recordsOf } from '../../shared/runtime/records.ts';

/** Beyond one attempt: for the writes around it. */
const marginMs = 10_000;

/** Feeds each job of the outbound queue to `relayOutbound`. */
export function outboundRelay(platform: Platform): QueueHandler {
  const { files, sender, fallbackTopic, clock, ids, log, settings } = platform;
  const ports = { files, sender, fallbackTopic, clock, ids, log, settings, ...recordsOf(platform) };
  return queueBatch({
    queue: platform.outboundQueue,
    log,
    maxReceiveCount: settings.outboundMaxReceiveCount,
    minRemainingMs: sender.timeoutSeconds * 1000 + marginMs,
    work: async ({ body, receiveCount }): Promise<RecordEnd> => {
      const relayed = await relayOutbound(ports, parseOutboundJob(body).emailId, receiveCount);
      return relayed.end === 'done' ? { end: 'done' } : relayed;
    },
  });
}
