import { queues } from '../../infra/topology.ts';
import { countEvents } from '../../shared/engagement/count-events.ts';
import { recordEvent } from '../../shared/engagement/record-event.ts';
import { sweepOrphans } from '../../shared/engagement/sweep-orphans.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import type { QueueHandler } from '../../shared/runtime/handler.ts';
import { queueBatch } from '../../shared/runtime/queue-batch.ts';
import { recordsOf } from '../../shared/runtime/records.ts';

const minRemainingMs = 5_000;

/** While events arrive, those that wait for their email, and those of ours not yet told, are looked after this often. */
const sweepEverySeconds = 60;

/** Feeds each message of the engagement queue to `recordEvent`. */
export function engagementRecorder(platform: Platform): QueueHandler {
  const { clock, log, metrics } = platform;
  const { outbox, ...records } = recordsOf(platform);
  const ports = { clock, log, count: countEvents(metrics), ...records };
  const handleBatch = queueBatch({
    queue: platform.engagementQueue,
    log,
    metrics,
    maxReceiveCount: queues.engagement.maxReceiveCount,
    minRemainingMs,
    work: async ({ body }) => ({ end: await recordEvent(ports, body) }),
  });
  let sweptAt = clock.now().getTime();
  return async (event, context) => {
    const response = await handleBatch(event, context);
    await outbox?.settle();
    if (clock.now().getTime() - sweptAt >= sweepEverySeconds * 1000) {
      sweptAt = clock.now().getTime();
      // The batch is done: what fails here is tried again a minute later.
      await sweepOrphans(ports).catch((error: unknown) => log.error('waiting events could not be swept', error));
      await outbox?.sweep().catch((error: unknown) => log.error('the outbox could not be swept', error));
    }
    return response;
  };
}
