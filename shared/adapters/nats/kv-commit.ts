import { setTimeout as wait } from 'node:timers/promises';
import { TransientMailError } from '../../errors/mail-error.ts';
import type {
  Change,
  CommitResult,
  Conflict,
  RecordKey,
  StoredRecord,
  UpdateChange,
} from '../../ports/record-store.ts';
import { applyChange, holds } from './kv-apply.ts';
import type { KvBuckets, KvEntry } from './kv-buckets.ts';
import type { KvCounters } from './kv-counters.ts';
import { isCounter, type KvKey, toKvKey } from './kv-keys.ts';
import type { CounterDelta, KvValue, PendingWrite } from './kv-values.ts';

export interface KvCommits {
  commit(changes: readonly Change[]): Promise<CommitResult>;
  /** Does what is left undone of the commit that wrote a value. */
  redo(at: KvKey, entry: KvEntry): Promise<void>;
}

export interface KvCommitParts {
  readonly buckets: KvBuckets;
  readonly counters: () => KvCounters;
  readonly nowSeconds: () => number;
  /** 0 to 1; spreads the waits. */
  readonly random?: () => number;
}

const maxTries = 12;
const firstWaitMs = 2;
const longestWaitMs = 200;
/** A value that has gathered so many deltas has them folded: it stays small however often its email is opened. */
const mostDeltas = 64;
/** Commits of this process that are known to be done in full; the rest is found out by doing it again. */
const rememberedCommits = 10_000;

/**
 * A commit over keys on a store that has none: the first change that is no counter is written by compare-and-set, and
 * its value holds the rest of the commit and what it adds to counters. That one write decides; the rest follows, and
 * is done again by the next commit of the same item, or by `settle`, should this process end in between.
 */
export function createKvCommits(parts: KvCommitParts): KvCommits {
  const { buckets } = parts;
  const done = new Set<string>();
  const remember = (at: KvKey, seq: number) => {
    if (done.size >= rememberedCommits) done.clear();
    done.add(`${at.key} ${seq}`);
  };

  const finish = async (at: KvKey, seq: number, pending: readonly PendingWrite[]) => {
    await Promise.all(pending.map((write) => writePending(buckets, write, { key: at.key, seq })));
    remember(at, seq);
  };

  const redo = async (at: KvKey, entry: KvEntry) => {
    const pending = entry.value?.notes.pending ?? [];
    if (pending.length > 0 && !done.has(`${at.key} ${entry.seq}`)) await finish(at, entry.seq, pending);
  };

  /** `undefined`: another writer was faster. */
  const tryOnce = async (run: CommitRun): Promise<CommitResult | undefined> => {
    const entry = await buckets.read(run.at);
    if (entry !== undefined) await redo(run.at, entry);
    const step = await prepare(parts, run, entry);
    if ('conflicts' in step) return { committed: false, conflicts: step.conflicts };
    const seq = await buckets.write(run.at, step.value, entry?.seq ?? 0);
    if (seq === undefined) return undefined;
    // The commit is made: what cannot be written now is written by `redo`.
    await finish(run.at, seq, step.value.notes.pending ?? []).catch(() => undefined);
    return { committed: true };
  };

  return {
    redo,
    async commit(changes) {
      const run = toRun(changes);
      for (let tries = 0; tries < maxTries; tries += 1) {
        const result = await tryOnce(run);
        if (result !== undefined) return result;
        await wait((parts.random ?? Math.random)() * Math.min(longestWaitMs, firstWaitMs * 2 ** tries));
      }
      throw new TransientMailError('ERR_STORE_CONFLICT', `lost ${maxTries} races for one key`);
    },
  };
}

interface Numbered {
  readonly change: Change;
  readonly index: number;
}

interface CommitRun {
  readonly first: Numbered;
  readonly at: KvKey;
  readonly others: readonly Numbered[];
  readonly deltas: readonly CounterDelta[];
}

export const keyOf = (change: Change): RecordKey => {
  const { pk, sk } = change.type === 'put' ? change.record : change.key;
  return { pk, sk };
};

function toRun(changes: readonly Change[]): CommitRun {
  const numbered = changes.map((change, index) => ({ change, index }));
  const deltas = numbered.filter(({ change }) => isDelta(change)).map(({ change }) => toDelta(change as UpdateChange));
  const [first, ...others] = numbered.filter(({ change }) => !isDelta(change));
  if (first === undefined) throw new RangeError('a commit holds counters alone: they go with what they count');
  return { first, at: toKvKey(keyOf(first.change)), others, deltas };
}

const isDelta = (change: Change) =>
  change.type === 'update' && change.when === undefined && change.add !== undefined && isCounter(change.key);

const toDelta = ({ key, add = {} }: UpdateChange): CounterDelta => ({ key, add });

type Prepared = { readonly conflicts: readonly Conflict[] } | { readonly value: KvValue };

/** Looks whether all conditions hold, and makes the one value that is the commit. */
async function prepare(
  { buckets, counters, nowSeconds }: KvCommitParts,
  { first, others, deltas }: CommitRun,
  entry: KvEntry | undefined,
): Promise<Prepared> {
  const current = unexpired(entry?.value?.record, nowSeconds());
  const found = await Promise.all(
    others.map(async ({ change }) =>
      change.when === undefined && change.type !== 'update'
        ? undefined
        : unexpired((await buckets.read(toKvKey(keyOf(change))))?.value?.record, nowSeconds()),
    ),
  );
  const standing: [Numbered, StoredRecord | undefined][] = [[first, current]];
  for (const [place, other] of others.entries()) standing.push([other, found[place]]);
  const conflicts = standing.flatMap(([{ change, index }, item]): Conflict[] => {
    if (change.when === undefined || holds(change.when, item)) return [];
    return [item === undefined ? { index } : { index, current: item }];
  });
  if (conflicts.length > 0) return { conflicts };

  const pending = standing.slice(1).flatMap(([{ change }, item]): PendingWrite[] => {
    if (change.type === 'check') return [];
    const record = applyChange(change, item);
    return [record === undefined ? { key: keyOf(change) } : { key: keyOf(change), record }];
  });
  const kept = await keptDeltas(counters(), entry);
  const record = applyChange(first.change, current);
  const notes = { pending, deltas: [...kept, ...deltas] };
  return { value: record === undefined ? { notes } : { record, notes } };
}

/** The deltas of earlier commits, each with its place now that it is known, without those that are folded. */
async function keptDeltas(counters: KvCounters, entry: KvEntry | undefined): Promise<CounterDelta[]> {
  const placed = (entry?.value?.notes.deltas ?? []).map((delta) => ({ ...delta, seq: delta.seq ?? entry?.seq ?? 0 }));
  const unfolded = () => placed.filter(({ seq }) => seq > counters.foldedTo());
  if (unfolded().length > mostDeltas) await counters.settle();
  return unfolded();
}

export function unexpired(record: StoredRecord | undefined, nowSeconds: number): StoredRecord | undefined {
  return record?.expiresAt !== undefined && record.expiresAt <= nowSeconds ? undefined : record;
}

/** Writes an item that belongs to another one, unless a later commit of that one has written it already. */
async function writePending(
  buckets: KvBuckets,
  { key, record }: PendingWrite,
  by: { readonly key: string; readonly seq: number },
): Promise<void> {
  const at = toKvKey(key);
  const value: KvValue = record === undefined ? { notes: { by } } : { record, notes: { by } };
  let after = 0;
  for (;;) {
    if ((await buckets.write(at, value, after)) !== undefined) return;
    const entry = await buckets.read(at);
    const writer = entry?.value?.notes.by;
    if (writer?.key === by.key && writer.seq >= by.seq) return;
    after = entry?.seq ?? 0;
  }
}
