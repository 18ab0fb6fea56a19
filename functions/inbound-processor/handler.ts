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
  const { processedOutbox, ...records } = recordsOf(platform);
  const ports = createInboundPorts(platform, records);
  const batch = queueBatch({
    queue: platform.inboundQueue,
    log: platform.log,
    metrics: platform.metrics,
    maxReceiveCount: platform.settings.inboundMaxReceiveCount,
    minRemainingMs,
    work: async ({ body, ...receipt }) => ({ end: await processInbound(ports, body, receipt) }),
  });
  return async (event, context) => {
    const response = await batch(event, context);
    // Frozen after its answer, the function would leave what it has told to the sweeper, which would tell it again.
    await processedOutbox?.settle();
    return response;
  };
}
