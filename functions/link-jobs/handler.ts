import { queues } from '../../infra/topology.ts';
import { parseLinkJob } from '../../shared/contracts/link-job.ts';
import { runLinkJob } from '../../shared/links/run-link-job.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import { linkRecordsOf } from '../../shared/records/link-records.ts';
import type { QueueHandler } from '../../shared/runtime/handler.ts';
import { queueBatch } from '../../shared/runtime/queue-batch.ts';
import { recordsOf } from '../../shared/runtime/records.ts';

/** The least time in which a small archive can still be made. */
const minRemainingMs = 30_000;

/** Feeds each job of the links queue to `runLinkJob`. A platform without that queue has no such jobs. */
export function linkJobs(platform: Platform): QueueHandler {
  const {
    files,
    linkQueue: queue,
    scanner,
    outboundQueue,
    composer,
    routes,
    secrets,
    clock,
    log,
    metrics,
    settings,
  } = platform;
  if (queue === undefined) throw new Error('link jobs need the links queue');
  const ports = {
    ...{ files, outboundQueue, composer, routes, secrets, clock, log, settings },
    ...(scanner === undefined ? {} : { scanner }),
    ...recordsOf(platform),
    ...linkRecordsOf(platform),
  };
  return queueBatch({
    queue,
    log,
    metrics,
    maxReceiveCount: queues.links.maxReceiveCount,
    minRemainingMs,
    work: async ({ body }) => ({ end: await runLinkJob(ports, parseLinkJob(body)) }),
  });
}
