import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/nats-core';
import { recordRetentionDays } from '../../../infra/topology.ts';
import { type BucketName, bucketNames, type KvKey } from './kv-keys.ts';
import { type RawEntry, readList, readSince } from './kv-lists.ts';
import { decodeValue, encodeValue, type KvValue } from './kv-values.ts';
import { answered, isLostRace } from './nats-errors.ts';

/** A value with its place in the stream: the revision that a compare-and-set names. */
export interface KvEntry {
  readonly key: string;
  readonly seq: number;
  readonly json: string;
  /** Absent when neither we nor the peer wrote it, or it was deleted. */
  readonly value?: KvValue;
}

/** The four buckets as the record store uses them. */
export interface KvBuckets {
  read(at: KvKey): Promise<KvEntry | undefined>;
  /**
   * Writes if the key still stands at `after` (0: never written); answers the new place in the stream, or `undefined`
   * when another writer was faster.
   */
  write(at: KvKey, value: KvValue, after: number): Promise<number | undefined>;
  /** The last value of every key that a filter (`a.*`) fits. */
  list(filter: KvKey): Promise<KvEntry[]>;
  /** The last value of every email that was written after a place in the stream, and the place up to which was read. */
  emailsSince(seq: number): Promise<{ readonly entries: readonly KvEntry[]; readonly upTo: number }>;
}

export interface KvBucketOptions {
  /** Makes buckets that are absent; otherwise they must be there. */
  readonly mayCreate: boolean;
  readonly replicas?: number;
}

const dayMs = 86_400_000;

/**
 * Opens the buckets.
 * @throws TransientMailError `ERR_STORE_UNAVAILABLE` when the server has no JetStream, or a bucket is absent
 */
export async function openKvBuckets(connection: NatsConnection, options: KvBucketOptions): Promise<KvBuckets> {
  return answered('open buckets', async () => {
    const js = jetstream(connection);
    const jsm = await jetstreamManager(connection);
    const kvm = new Kvm(js);
    const opened = await Promise.all(
      Object.entries(bucketNames).map(async ([name, bucket]) => [name, await openBucket(kvm, jsm, bucket, options)]),
    );
    return createKvBuckets(js, jsm, Object.fromEntries(opened) as Record<BucketName, KV>);
  });
}

async function openBucket(kvm: Kvm, jsm: JetStreamManager, bucket: string, options: KvBucketOptions): Promise<KV> {
  if (!options.mayCreate) {
    await jsm.streams.info(`KV_${bucket}`);
    return kvm.open(bucket);
  }
  const ages = bucket === bucketNames.suppression ? {} : { ttl: recordRetentionDays * dayMs };
  // One value a key; reads go to the leader, since a replica could answer with what stood there before.
  return kvm.create(bucket, { history: 1, replicas: options.replicas ?? 1, allow_direct: false, ...ages });
}

function createKvBuckets(js: JetStreamClient, jsm: JetStreamManager, buckets: Record<BucketName, KV>): KvBuckets {
  const toEntry = (bucket: BucketName, raw: RawEntry): KvEntry => {
    const value = raw.json === '' ? undefined : decodeValue(bucket, raw.json, raw.seq);
    return value === undefined ? raw : { ...raw, value };
  };
  return {
    read: ({ bucket, key }) =>
      answered('get', async () => {
        const entry = await buckets[bucket].get(key);
        if (entry === null) return undefined;
        const json = entry.operation === 'PUT' ? entry.string() : '';
        return toEntry(bucket, { key, seq: entry.revision, json });
      }),
    write: ({ bucket, key }, value, after) =>
      answered('put', async () => {
        try {
          return await buckets[bucket].put(key, encodeValue(bucket, value), { previousSeq: after });
        } catch (error) {
          if (isLostRace(error)) return undefined;
          throw error;
        }
      }),
    async list({ bucket, key }) {
      const entries = await answered('list', () => readList(js, jsm, bucketNames[bucket], key));
      return entries.map((raw) => toEntry(bucket, raw));
    },
    async emailsSince(seq) {
      const { entries, upTo } = await answered('scan', () => readSince(js, jsm, bucketNames.emails, seq));
      return { entries: entries.map((raw) => toEntry('emails', raw)), upTo };
    },
  };
}
