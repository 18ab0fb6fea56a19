import { createInboundPorts } from '../../shared/inbound/inbound-ports.ts';
import { processInbound } from '../../shared/inbound/process-inbound.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import type { QueueHandler } from '../../shared/runtime/handler.ts';
import { queueBatch } from '../../shared/runtime/queue-batch.ts';
import { recordsOf } from '../../shared/runtime/records.ts';

/** The least time in which a large mail can still be processed. */
const minRemainingMs = 30_000;

/** Feeds each message of the inbound queue to `processInbound`. */
export function inboundProcessor(platform: Platform): QueueHandler {
  const ports = createInboundPorts(platform, recordsOf(platform));
  return queueBatch({
    queue: platform.inboundQueue,
    log: platform.log,
    metrics: platform.metrics,
    maxReceiveCount: platform.settings.inboundMaxReceiveCount,
    minRemainingMs,
    work: async ({ body, ...receipt }) => ({ end: await processInbound(ports, body, receipt) }),
  });
}
