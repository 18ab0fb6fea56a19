import { dueSweeper } from '../../functions/due-sweeper/handler.ts';
import { engagementRecorder } from '../../functions/engagement-recorder/handler.ts';
import { inboundProcessor } from '../../functions/inbound-processor/handler.ts';
import { linkJobs } from '../../functions/link-jobs/handler.ts';
import { outboundRelay } from '../../functions/outbound-relay/handler.ts';
import { reconciler } from '../../functions/reconciler/handler.ts';
import type { LocalStores } from '../../shared/adapters/local/open-local-stores.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import type { QueueHandler } from '../../shared/runtime/handler.ts';
import { type FunctionName, functions, type QueueName } from '../topology.ts';
import type { AlarmWatcher } from './alarm-watcher.ts';
import { startEventSource } from './event-source.ts';
import { startSchedule } from './schedule.ts';

export interface WorkersOptions {
  readonly platform: Platform;
  readonly stores: LocalStores;
  readonly alarms: AlarmWatcher;
  /** Told after each batch. */
  readonly onBatch: () => void;
}

export interface Workers {
  /** Answers whether everything that was in work ended within `graceMs`. */
  stop(graceMs: number): Promise<boolean>;
}

/** One process, two or a few cores, and at most two large mails in work: that bounds memory. */
const mostBatches: Readonly<Record<QueueName, number>> = { inbound: 2, outbound: 5, engagement: 2, links: 1 };

/** A mail that waits for a retry here is waited for by a person, so it is looked for each second. */
const dueEveryMs = 1000;
const alarmsEveryMs = 5000;
const reconcileEveryMs = (functions.reconciler.everySeconds ?? 0) * 1000;
const sweepEveryMs = 60_000;

/** Everything that works without being asked: the functions behind their queues, the clock's jobs, the alarms. */
export function startWorkers({ platform, stores, alarms, onBatch }: WorkersOptions): Workers {
  const { log } = platform;
  const source = (name: FunctionName, queue: QueueName, handler: QueueHandler) => {
    const { source: given, timeoutSeconds } = functions[name];
    return startEventSource({
      queue: stores.queues[queue],
      handler,
      batchSize: given?.batchSize ?? 1,
      maxConcurrency: Math.min(given?.maxConcurrency ?? 1, mostBatches[queue]),
      timeoutSeconds,
      log,
      onBatch,
    });
  };
  const sweepDue = dueSweeper(platform);
  const reconcile = reconciler(platform);
  const running = [
    source('inbound-processor', 'inbound', inboundProcessor(platform)),
    source('outbound-relay', 'outbound', outboundRelay(platform)),
    source('engagement-recorder', 'engagement', engagementRecorder(platform)),
    source('link-jobs', 'links', linkJobs(platform)),
    startSchedule({ name: 'due', everyMs: dueEveryMs, run: () => sweepDue({}, clockContext('due-sweeper')), log }),
    startSchedule({
      name: 'reconcile',
      everyMs: reconcileEveryMs,
      run: () => reconcile({}, clockContext('reconciler')),
      log,
    }),
    startSchedule({ name: 'alarms', everyMs: alarmsEveryMs, run: () => alarms.tick(), log }),
    startSchedule({ name: 'sweep', everyMs: sweepEveryMs, run: () => stores.sweep(), log }),
  ];
  return {
    async stop(graceMs) {
      const ended = await Promise.all(running.map((one) => one.stop(graceMs)));
      return ended.every((one) => one);
    },
  };
}

function clockContext(name: FunctionName) {
  const endsAtMs = performance.now() + functions[name].timeoutSeconds * 1000;
  return { awsRequestId: name, getRemainingTimeInMillis: () => Math.max(0, endsAtMs - performance.now()) };
}
