import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { routesSchema } from '../../../shared/contracts/route.ts';
import type { BlobInfo, BlobStore, PutOptions } from '../../../shared/ports/blob-store.ts';
import type { JobQueue, ReceivedMessage } from '../../../shared/ports/job-queue.ts';
import type { Logger } from '../../../shared/ports/logger.ts';
import type { Clock } from '../../../shared/ports/platform.ts';
import type { Topic, TopicMessage } from '../../../shared/ports/topic.ts';

export const quietLog: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A logger that keeps `level message`. */
export function keptLog(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (level: string) => (message: string) => {
    lines.push(`${level} ${message}`);
  };
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}

export function setClock(start = '2026-01-02T03:04:05.000Z'): Clock & { advance(seconds: number): void } {
  let ms = Date.parse(start);
  return {
    now: () => new Date(ms),
    advance: (seconds) => {
      ms += seconds * 1000;
    },
  };
}

export const twoRoutes = routesSchema.parse([
  { id: 'capture', address: 'capture@in.example.com', identity: 'notifications@example.com' },
  { id: 'scan', address: '*@scan.example.com', identity: 'notifications@example.com' },
]);

export interface MemoryBlobs extends BlobStore {
  readonly objects: Map<string, { readonly info: BlobInfo; readonly bytes: Buffer; readonly options?: PutOptions }>;
  /** What every put throws, after it has read this much of its source. */
  failure: { readonly error: Error; readonly afterBytes: number } | undefined;
}

export function memoryBlobs(): MemoryBlobs {
  const objects: MemoryBlobs['objects'] = new Map();
  const blobs: MemoryBlobs = {
    bucket: 'raw-bucket',
    objects,
    failure: undefined,
    async put(key, body, options) {
      const chunks: Buffer[] = [];
      let readBytes = 0;
      for await (const chunk of body instanceof Uint8Array ? Readable.from([body]) : body) {
        readBytes += chunk.length;
        if (blobs.failure !== undefined && readBytes >= blobs.failure.afterBytes) throw blobs.failure.error;
        chunks.push(Buffer.from(chunk));
      }
      const bytes = Buffer.concat(chunks);
      const etag = createHash('md5').update(bytes).digest('hex');
      const info = { key, sizeBytes: bytes.length, etag, metadata: options?.metadata ?? {}, modifiedAt: new Date() };
      objects.set(key, { info, bytes, ...(options === undefined ? {} : { options }) });
      return info;
    },
    async get(key) {
      const found = objects.get(key);
      return found === undefined ? undefined : { info: found.info, body: Readable.from([found.bytes]) };
    },
    head: async (key) => objects.get(key)?.info,
    async delete(key) {
      objects.delete(key);
    },
    list: () => Promise.reject(new Error('not listed here')),
    signGet: () => Promise.reject(new Error('not signed here')),
  };
  return blobs;
}

export interface MemoryTopic extends Topic {
  readonly published: TopicMessage[];
  failure: Error | undefined;
}

export function memoryTopic(name = 'arrival'): MemoryTopic {
  const topic: MemoryTopic = {
    name,
    published: [],
    failure: undefined,
    async publish(message) {
      if (topic.failure !== undefined) throw topic.failure;
      topic.published.push(message);
    },
  };
  return topic;
}

export interface ScriptedQueue extends JobQueue {
  readonly acknowledged: string[];
  readonly released: { readonly receiptHandle: string; readonly delaySeconds: number }[];
  /** The next batch that `receive` gives, or what it throws. */
  give(batch: readonly string[] | Error): void;
}

/** A queue whose receives are told what to give; a receive that was told nothing waits, as a long poll does. */
export function scriptedQueue(name = 'inbound'): ScriptedQueue {
  const script: (readonly string[] | Error)[] = [];
  let wake: () => void = () => undefined;
  const queue: ScriptedQueue = {
    name,
    acknowledged: [],
    released: [],
    give(batch) {
      script.push(batch);
      wake();
    },
    async receive(_maxMessages, _waitSeconds, signal) {
      while (script.length === 0) {
        if (signal?.aborted) return [];
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal?.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      const next = script.shift() ?? [];
      if (next instanceof Error) throw next;
      return next.map(toMessage);
    },
    async acknowledge(receiptHandle) {
      queue.acknowledged.push(receiptHandle);
    },
    async release(receiptHandle, delaySeconds) {
      queue.released.push({ receiptHandle, delaySeconds });
    },
    send: () => Promise.reject(new Error('nothing is sent here')),
    reject: () => Promise.reject(new Error('nothing is rejected here')),
    depth: () => Promise.reject(new Error('not measured here')),
  };
  return queue;
}

function toMessage(id: string): ReceivedMessage {
  return {
    messageId: id,
    receiptHandle: `receipt-${id}`,
    body: `{"id":"${id}"}`,
    receiveCount: 1,
    sentAt: new Date('2026-01-02T03:04:05.000Z'),
    attributes: {},
  };
}
