import { queues } from '../../infra/topology.ts';
import { recordEvent } from '../../shared/engagement/record-event.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import type { QueueHandler } from '../../shared/runtime/handler.ts';
import { queueBatch } from '../../shared/runtime/queue-batch.ts';
import { recordsOf } from '../../shared/runtime/records.ts';

const minRemainingMs = 5_000;

/** Feeds each message of the engagement queue to `recordEvent`. */
export function engagementRecorder(platform: Platform): QueueHandler {
  const { clock, log } = platform;
  const ports = { clock, log, ...recordsOf(platform) };
  return queueBatch({
    queue: platform.engagementQueue,
    log,
    maxReceiveCount: queues.engagement.maxReceiveCount,
    minRemainingMs,
    work: async ({ body }) => ({ end: await recordEvent(ports, body) }),
  });
}
