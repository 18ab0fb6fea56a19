import { fromEmailWire, toEmailWire } from '../../contracts/email-wire.ts';
import { countsOf, noCounts } from '../../contracts/group-counts.ts';
import type { EmailRecord } from '../../contracts/records.ts';
import type { RecordKey, StoredRecord } from '../../ports/record-store.ts';
import type { BucketName } from './kv-keys.ts';

/** A write that belongs to a commit and stands outside its first item. */
export interface PendingWrite {
  readonly key: RecordKey;
  /** What is to stand there; absent: nothing. */
  readonly record?: StoredRecord;
}

/** What a commit added to counters. `seq` is the commit's place in the stream; absent: that of the message itself. */
export interface CounterDelta {
  readonly key: RecordKey;
  readonly add: Readonly<Record<string, number>>;
  readonly seq?: number;
}

/** What stands in a value beside the item. */
export interface ValueNotes {
  /** The rest of that commit: done again by whoever finds it undone. */
  readonly pending?: readonly PendingWrite[];
  /** What this item's commits have added to counters and may not yet have been folded. */
  readonly deltas?: readonly CounterDelta[];
  /** For an item that belongs to another: the place in the stream of the commit that wrote it. */
  readonly by?: { readonly key: string; readonly seq: number };
  /** For a counter: everything up to this place in the stream is in it. */
  readonly foldedTo?: number;
}

/** A value of a bucket: the item, absent when it was deleted, and the notes. */
export interface KvValue {
  readonly record?: StoredRecord;
  readonly notes: ValueNotes;
}

const ourField = 'lightermail';

export function encodeValue(bucket: BucketName, value: KvValue): string {
  const { record, notes } = value;
  const wire = bucket === 'emails' && record !== undefined ? toEmailWire(record as unknown as EmailRecord) : {};
  return JSON.stringify({ ...wire, [ourField]: { record, ...notes } });
}

/** Reads a value; in the shared buckets one that the peer wrote too. `undefined` for what neither wrote. */
export function decodeValue(bucket: BucketName, json: string, seq: number): KvValue | undefined {
  const value = parseJson(json);
  if (typeof value !== 'object' || value === null) return undefined;
  const ours = (value as Record<string, unknown>)[ourField];
  if (typeof ours === 'object' && ours !== null) {
    // Written by `encodeValue` alone: this is the parse edge.
    const { record, ...notes } = ours as { record?: StoredRecord } & ValueNotes;
    return record === undefined ? { notes } : { record, notes };
  }
  return bucket === 'emails' ? fromPeer(value, seq) : undefined;
}

/** The peer's record counts as if one commit had made it at its place in the stream. */
function fromPeer(value: object, seq: number): KvValue | undefined {
  const email = fromEmailWire(value);
  if (email === undefined) return undefined;
  const record = { pk: `EMAIL#${email.emailId}`, sk: 'STATE', ...email } as unknown as StoredRecord;
  const counted = Object.entries(countsOf(email)).filter(([name]) => name in noCounts);
  const key = { pk: `GROUP#${email.groupId}`, sk: 'C#0' };
  return { record, notes: { deltas: [{ key, add: Object.fromEntries(counted), seq }] } };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
