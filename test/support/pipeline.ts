import { Readable } from 'node:stream';
import { engagementRecorder } from '../../functions/engagement-recorder/handler.ts';
import { inboundProcessor } from '../../functions/inbound-processor/handler.ts';
import { linkJobs } from '../../functions/link-jobs/handler.ts';
import { outboundRelay } from '../../functions/outbound-relay/handler.ts';
import { failedIds, toSqsEvent } from '../../infra/local/sqs-event.ts';
import type { QueueName } from '../../infra/topology.ts';
import type { LocalStores } from '../../shared/adapters/local/open-local-stores.ts';
import { createMimeParser } from '../../shared/adapters/mail/mail-parser.ts';
import { createMimeComposer } from '../../shared/adapters/mail/mime-composer.ts';
import { toArrivalEvent } from '../../shared/contracts/arrival-event.ts';
import { type Route, routesSchema } from '../../shared/contracts/route.ts';
import type { Platform } from '../../shared/ports/platform.ts';
import type { QueueHandler } from '../../shared/runtime/handler.ts';
import { createIds } from '../../shared/runtime/ids.ts';
import { createLogger } from '../../shared/runtime/logger.ts';
import { type Records, recordsOf } from '../../shared/runtime/records.ts';
import { createFakeSender, type FakeSender } from './fake-sender.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { testSettings } from './platform-settings.ts';
import { openTemporaryStores } from './temporary-stores.ts';

export const monitored = 'capture@in.example.com';
export const identity = 'notifications@example.com';

/** The real handlers over the real local stores, with a clock and a transport that tests hold in their hands. */
export interface Pipeline {
  readonly platform: Platform;
  readonly stores: LocalStores;
  readonly records: Records;
  readonly clock: ManualClock;
  readonly sender: FakeSender;
  readonly logLines: string[];
  /** Stores a raw mail as SES does; answers its key. Nothing is announced. */
  store(mail: string | Uint8Array, options?: { routeId?: string; metadata?: Record<string, string> }): Promise<string>;
  /** Stores a raw mail and announces it on the arrival topic; answers its key. */
  arrive(mail: string | Uint8Array, options?: { routeId?: string; metadata?: Record<string, string> }): Promise<string>;
  announce(key: string): Promise<void>;
  /** Runs every handler until no queue has a message that is visible now. */
  drain(): Promise<void>;
  /** The message of each attempt, whole, in order. */
  sent(): Promise<{ rcptTo: string; mime: string }[]>;
  close(): Promise<void>;
}

export type RouteInput = Partial<Record<keyof Route, unknown>>;

const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 300_000 };

export async function openPipeline(
  routes: readonly RouteInput[] = [{}],
  overrides: Partial<Platform> = {},
): Promise<Pipeline> {
  const clock = createManualClock();
  const stores = await openTemporaryStores(clock);
  const sender = createFakeSender();
  const logLines: string[] = [];
  const parsedRoutes = routesSchema.parse(
    routes.map((route) => ({ id: 'default', address: monitored, identity, ...route })),
  );
  const platform: Platform = {
    raw: stores.buckets.raw,
    files: stores.buckets.files,
    inboundQueue: stores.queues.inbound,
    outboundQueue: stores.queues.outbound,
    engagementQueue: stores.queues.engagement,
    linkQueue: stores.queues.links,
    fallbackTopic: stores.topics.fallback,
    store: stores.store,
    sender,
    parser: createMimeParser({ maxMailBytes: testSettings.maxMailBytes }),
    composer: createMimeComposer(),
    routes: { routes: async () => parsedRoutes },
    secrets: { linkSecret: async () => Buffer.alloc(32, 1) },
    clock,
    ids: createIds(clock),
    log: createLogger({ service: 'test', level: 'debug', write: (line) => logLines.push(line) }),
    settings: testSettings,
    ...overrides,
  };
  const handlers: Record<QueueName, QueueHandler> = {
    inbound: inboundProcessor(platform),
    outbound: outboundRelay(platform),
    engagement: engagementRecorder(platform),
    links: linkJobs(platform),
  };
  const records = recordsOf(platform);
  let count = 0;

  const pipeline: Pipeline = {
    platform,
    stores,
    records,
    clock,
    sender,
    logLines,
    async store(mail, { routeId = 'default', metadata = {} } = {}) {
      count += 1;
      const key = `raw/${routeId}/mail-${count}`;
      await platform.raw.put(key, Readable.from([Buffer.from(mail)]), { metadata });
      return key;
    },
    async arrive(mail, options) {
      const key = await pipeline.store(mail, options);
      await pipeline.announce(key);
      return key;
    },
    async announce(key) {
      const info = await platform.raw.head(key);
      const event = toArrivalEvent(info === undefined ? [] : [info], {
        bucket: platform.raw.bucket,
        at: clock.now(),
        requestId: 'test',
      });
      await stores.topics.arrival.publish({ message: event });
    },
    async drain() {
      for (let moved = true; moved; ) {
        moved = false;
        for (const [name, handler] of Object.entries(handlers)) {
          moved = (await pump(stores, name as QueueName, handler)) || moved;
        }
      }
    },
    async sent() {
      return Promise.all(
        sender.attempts.map(async (mail) => ({ rcptTo: mail.rcptTo, mime: await readAll(await mail.openMime()) })),
      );
    },
    close: () => stores.close(),
  };
  return pipeline;
}

async function pump(stores: LocalStores, name: QueueName, handler: QueueHandler): Promise<boolean> {
  const messages = await stores.queues[name].receive(10, 0);
  if (messages.length === 0) return false;
  const response = await handler(toSqsEvent(name, messages), context);
  const failed = failedIds(response, messages);
  for (const message of messages) {
    if (!failed.has(message.messageId)) await stores.queues[name].acknowledge(message.receiptHandle);
  }
  return true;
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
