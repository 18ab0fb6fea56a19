import type { RecordKey, StoredRecord } from '../../ports/record-store.ts';
import type { KvBuckets, KvEntry } from './kv-buckets.ts';
import { type KvKey, toKvKey } from './kv-keys.ts';
import type { CounterDelta } from './kv-values.ts';

/**
 * Counters on a store that has no commit over keys. Each commit of an email writes what it adds to its group's counters
 * into the email's own value, with its place in the stream; a counter is what its own value holds, which says up to
 * which place it was folded, and the deltas behind that place. Both are exact whatever crashes when.
 */
export interface KvCounters {
  /** The counters of a group as they stand now. */
  read(pk: string): Promise<StoredRecord[]>;
  /** Folds all deltas into the counters' own values; answers how many emails were met. */
  settle(): Promise<number>;
  /** Deltas up to here are folded, and need not be kept in the emails. */
  foldedTo(): number;
}

/** A tail that is longer is folded by whoever had to read it. */
const longTail = 2_000;
const shardCount = 16;
const atOnce = 16;
const position: KvKey = { bucket: 'records', key: 'counters.position' };

interface PlacedDelta extends CounterDelta {
  readonly seq: number;
}

/** @param redo is given every email that is met, before its deltas are folded */
export function createKvCounters(buckets: KvBuckets, redo: (entry: KvEntry) => Promise<void>): KvCounters {
  let known = 0;

  const readPosition = async () => {
    const entry = await buckets.read(position);
    const seq = entry?.value?.notes.foldedTo ?? 0;
    known = Math.max(known, seq);
    return { seq, revision: entry?.seq ?? 0 };
  };

  const counters: KvCounters = {
    foldedTo: () => known,

    async read(pk) {
      // In this order: a counter read after the tail holds at least what the tail may have lost by folding meanwhile.
      const { seq } = await readPosition();
      const { entries } = await buckets.emailsSince(seq);
      const deltas = entries.flatMap(deltasOf).filter((delta) => delta.key.pk === pk);
      const shards = Array.from({ length: shardCount }, (_, shard) => ({ pk, sk: `C#${shard}` }));
      const read = await Promise.all(shards.map((key) => readCounter(buckets, key, deltas, seq)));
      if (entries.length > longTail) await counters.settle();
      return read.filter((counter) => counter !== undefined);
    },

    async settle() {
      const from = await readPosition();
      const { entries, upTo } = await buckets.emailsSince(from.seq);
      if (upTo <= from.seq) return 0;
      await inTurn(entries, redo);
      const byCounter = Map.groupBy(entries.flatMap(deltasOf), ({ key }) => `${key.pk}\0${key.sk}`);
      await inTurn([...byCounter.values()], (deltas) => fold(buckets, deltas, from.seq, upTo));
      // Another may have gone further meanwhile: then its place stands.
      await buckets.write(position, { notes: { foldedTo: upTo } }, from.revision);
      await readPosition();
      return entries.length;
    },
  };
  return counters;
}

/** The deltas that an email's value tells of, each with its place. */
function deltasOf({ value, seq }: KvEntry): PlacedDelta[] {
  return (value?.notes.deltas ?? []).map((delta) => ({ ...delta, seq: delta.seq ?? seq }));
}

async function readCounter(
  buckets: KvBuckets,
  key: RecordKey,
  deltas: readonly PlacedDelta[],
  from: number,
): Promise<StoredRecord | undefined> {
  const stored = (await buckets.read(toKvKey(key)))?.value;
  const foldedTo = Math.max(stored?.notes.foldedTo ?? 0, from);
  const fresh = deltas.filter((delta) => delta.key.sk === key.sk && delta.seq > foldedTo);
  if (stored?.record === undefined && fresh.length === 0) return undefined;
  return addAll(stored?.record ?? { ...key }, fresh);
}

/** Folds the deltas of one counter into its value, which says in the same write how far it was folded. */
async function fold(buckets: KvBuckets, deltas: readonly PlacedDelta[], from: number, upTo: number): Promise<void> {
  const [first] = deltas;
  if (first === undefined) return;
  const at = toKvKey(first.key);
  for (;;) {
    const entry = await buckets.read(at);
    const foldedTo = Math.max(entry?.value?.notes.foldedTo ?? 0, from);
    if (foldedTo >= upTo) return;
    const fresh = deltas.filter(({ seq }) => seq > foldedTo);
    const record = addAll(entry?.value?.record ?? { ...first.key }, fresh);
    if ((await buckets.write(at, { record, notes: { foldedTo: upTo } }, entry?.seq ?? 0)) !== undefined) return;
  }
}

function addAll(record: StoredRecord, deltas: readonly CounterDelta[]): StoredRecord {
  const sum: Record<string, StoredRecord[string]> = { ...record };
  for (const { add } of deltas) {
    for (const [name, amount] of Object.entries(add)) sum[name] = Number(sum[name] ?? 0) + amount;
  }
  return sum as StoredRecord;
}

async function inTurn<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < items.length; start += atOnce) {
    await Promise.all(items.slice(start, start + atOnce).map(work));
  }
}
