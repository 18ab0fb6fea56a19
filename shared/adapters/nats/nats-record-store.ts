import type { NatsConnection } from '@nats-io/nats-core';
import type { Clock } from '../../ports/platform.ts';
import {
  type Change,
  maxChangesPerCommit,
  type Page,
  type RecordQuery,
  type RecordStore,
  type StoredRecord,
} from '../../ports/record-store.ts';
import { type KvBuckets, type KvEntry, openKvBuckets } from './kv-buckets.ts';
import { createKvCommits, keyOf, unexpired } from './kv-commit.ts';
import { createKvCounters, type KvCounters } from './kv-counters.ts';
import { groupOf, isCounter, memberKey, toKvKey, toPartitionFilters, toPeerGroupKey } from './kv-keys.ts';

export interface NatsRecordStoreOptions {
  readonly connection: NatsConnection;
  readonly clock: Clock;
  /** Makes buckets that are absent; otherwise they must be there. */
  readonly mayCreateBuckets: boolean;
  readonly replicas?: number;
}

/** A record store over NATS KV, with what it needs done now and then. */
export interface NatsRecordStore extends RecordStore {
  /**
   * Finishes commits that a crash left half done, and folds counters; answers how many emails were looked at. To be
   * run at the start and every few seconds; without it everything stays exact, but counts are read more slowly.
   */
  settle(): Promise<number>;
}

/**
 * The record store over NATS KV: the peer's two buckets with the peer's own records and keys, and two of ours.
 *
 * KV writes one key at a time. A commit is therefore one compare-and-set of its first item, whose value holds the rest
 * until that is written too. Two commits that share another item than the first are not kept apart: items that several
 * emails share must be independent of each other (counters, which are folded) or written alike by all.
 * @throws TransientMailError `ERR_STORE_UNAVAILABLE` when there is no JetStream, or a bucket is absent
 */
export async function openNatsRecordStore(options: NatsRecordStoreOptions): Promise<NatsRecordStore> {
  const { connection, clock, mayCreateBuckets: mayCreate, replicas } = options;
  const buckets = await openKvBuckets(connection, { mayCreate, ...(replicas === undefined ? {} : { replicas }) });
  return createNatsRecordStore(buckets, clock);
}

/** @param buckets what `openKvBuckets` gave; a test may stand between */
export function createNatsRecordStore(buckets: KvBuckets, clock: Clock): NatsRecordStore {
  const nowSeconds = () => Math.floor(clock.now().getTime() / 1000);
  const commits = createKvCommits({ buckets, counters: () => counters, nowSeconds });
  const redo = (entry: KvEntry) => commits.redo({ bucket: 'emails', key: entry.key }, entry);
  const counters: KvCounters = createKvCounters(buckets, redo);
  const recall = createRecall();

  return {
    async read(key) {
      if (isCounter(key)) return (await counters.read(key.pk)).find(({ sk }) => sk === key.sk);
      return unexpired((await buckets.read(toKvKey(key)))?.value?.record, nowSeconds());
    },

    async query(query) {
      const { limit = 100, cursor } = query;
      if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
        throw new RangeError(`limit is ${limit}: 1 to 1,000 are allowed`);
      }
      const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString('utf8');
      const known = after === undefined ? undefined : recall.get(query);
      const records = known ?? (await readPartition(buckets, counters, query, nowSeconds()));
      return toPage(records, limit, after, (page) => recall.keep(query, page, records));
    },

    async commit(changes) {
      assertChanges(changes);
      return commits.commit(changes);
    },

    settle: () => counters.settle(),
  };
}

/** All items of a partition that a query means, in its order. */
async function readPartition(
  buckets: KvBuckets,
  counters: KvCounters,
  { pk, skPrefix = '', skUpTo, descending = false }: RecordQuery,
  nowSeconds: number,
): Promise<StoredRecord[]> {
  const isCounters = skPrefix.startsWith('C#') && isCounter({ pk, sk: skPrefix });
  const lists = isCounters ? [] : await Promise.all(toPartitionFilters(pk).map((filter) => buckets.list(filter)));
  const items = new Map<string, StoredRecord>();
  for (const id of isCounters ? [] : await readPeerMembers(buckets, pk)) {
    items.set(memberKey(pk, id).sk, { ...memberKey(pk, id), emailId: id });
  }
  for (const { value } of lists.flat()) {
    const record = unexpired(value?.record, nowSeconds);
    // Keys of two groups can fit one filter, and counters are more than what stands in their key.
    if (record !== undefined && record.pk === pk && !isCounter(record)) items.set(record.sk, record);
  }
  if (isCounter({ pk, sk: 'C#' }) && (isCounters || skPrefix === '')) {
    for (const counter of await counters.read(pk)) items.set(counter.sk, counter);
  }
  const meant = [...items.values()].filter(
    ({ sk }) => sk.startsWith(skPrefix) && (skUpTo === undefined || bytewise(sk, skUpTo) <= 0),
  );
  meant.sort((one, other) => bytewise(one.sk, other.sk));
  return descending ? meant.reverse() : meant;
}

/** The members that the peer has written, as one array a group. */
async function readPeerMembers(buckets: KvBuckets, pk: string): Promise<readonly string[]> {
  const at = toPeerGroupKey(pk);
  const json = at && (await buckets.read(at))?.json;
  if (json === undefined || !json.startsWith('[') || groupOf(pk) === '') return [];
  const ids: unknown = JSON.parse(json);
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

function toPage(
  records: readonly StoredRecord[],
  limit: number,
  after: string | undefined,
  keep: (page: Page) => void,
): Page {
  const start = after === undefined ? 0 : records.findIndex(({ sk }) => sk === after) + 1;
  const found = records.slice(start, start + limit);
  if (start + limit >= records.length) return { records: found };
  const page = { records: found, cursor: Buffer.from(found.at(-1)?.sk ?? '', 'utf8').toString('base64url') };
  keep(page);
  return page;
}

const recalledQueries = 8;

/** The lists behind the last pages: a group of many pages is read from the server once. */
function createRecall() {
  const lists = new Map<string, readonly StoredRecord[]>();
  const idOf = ({ limit: _limit, ...query }: RecordQuery) => JSON.stringify(query);
  return {
    get: (query: RecordQuery) => lists.get(idOf(query)),
    keep(query: RecordQuery, { cursor = '' }: Page, records: readonly StoredRecord[]) {
      const [oldest] = lists.keys();
      if (lists.size >= recalledQueries && oldest !== undefined) lists.delete(oldest);
      lists.set(idOf({ ...query, cursor }), records);
    },
  };
}

function bytewise(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function assertChanges(changes: readonly Change[]): void {
  if (changes.length < 1 || changes.length > maxChangesPerCommit) {
    throw new RangeError(`a commit has ${changes.length} changes: 1 to ${maxChangesPerCommit} are allowed`);
  }
  const keys = new Set(changes.map(keyOf).map(({ pk, sk }) => JSON.stringify([pk, sk])));
  if (keys.size < changes.length) throw new RangeError('two changes of one commit name the same item: one is allowed');
}
