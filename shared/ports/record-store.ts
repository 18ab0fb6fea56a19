/**
 * The one record store under every repository: items found by partition key `pk` and sort key `sk`
 * (a DynamoDB table, an SQLite table or a NATS KV bucket).
 */

/** What an attribute can hold: JSON, with `undefined` left out. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Scalar = string | number | boolean;

export interface RecordKey {
  readonly pk: string;
  readonly sk: string;
}

/** An item: its key and its attributes. `expiresAt` is its time to live, in seconds since 1970 (DynamoDB's TTL). */
export interface StoredRecord extends RecordKey {
  readonly expiresAt?: number;
  readonly [attribute: string]: Value | undefined;
}

/**
 * What must hold for a change to be made. `matches` compares attributes: each must equal the value, or one of the
 * values, and a missing item never matches.
 */
export type Condition =
  | { readonly is: 'absent' }
  | { readonly is: 'present' }
  | { readonly matches: Readonly<Record<string, Scalar | readonly Scalar[]>> };

export interface PutChange {
  readonly type: 'put';
  readonly record: StoredRecord;
  readonly when?: Condition;
}

/** Sets, removes and adds to attributes; an item that is absent is made, unless `when` forbids it. */
export interface UpdateChange {
  readonly type: 'update';
  readonly key: RecordKey;
  readonly set?: Readonly<Record<string, Value>>;
  readonly remove?: readonly string[];
  /** Numbers added to attributes, a missing attribute counting as 0. */
  readonly add?: Readonly<Record<string, number>>;
  readonly when?: Condition;
}

export interface DeleteChange {
  readonly type: 'delete';
  readonly key: RecordKey;
  readonly when?: Condition;
}

/** Changes nothing, but lets the whole commit fail when its condition does not hold. */
export interface CheckChange {
  readonly type: 'check';
  readonly key: RecordKey;
  readonly when: Condition;
}

export type Change = PutChange | UpdateChange | DeleteChange | CheckChange;

/** A condition that did not hold: the index of its change, and the item as it stands (absent when there is none). */
export interface Conflict {
  readonly index: number;
  readonly current?: StoredRecord;
}

export type CommitResult =
  | { readonly committed: true }
  | { readonly committed: false; readonly conflicts: readonly Conflict[] };

export interface Page {
  readonly records: readonly StoredRecord[];
  /** Present when there is more: hand it back to go on. Opaque. */
  readonly cursor?: string;
}

export interface RecordQuery {
  readonly pk: string;
  /** Only sort keys that begin with this. */
  readonly skPrefix?: string;
  /** Only sort keys up to this one, inclusive (bytewise order). */
  readonly skUpTo?: string;
  /** At most this many items on the page; 1 to 1,000, 100 by default. */
  readonly limit?: number;
  readonly cursor?: string;
  /** Newest first where the sort key begins with a time. */
  readonly descending?: boolean;
}

/** The most changes one commit may hold: DynamoDB's limit for a transaction. */
export const maxChangesPerCommit = 100;

/**
 * Reads are strongly consistent; a commit is all or nothing and resolved when durable.
 * Every method throws `TransientMailError` `ERR_STORE_UNAVAILABLE` when the store does not answer:
 * absence is never the same value as failure.
 */
export interface RecordStore {
  read(key: RecordKey): Promise<StoredRecord | undefined>;
  query(query: RecordQuery): Promise<Page>;
  /**
   * Makes all changes, or none when a condition does not hold.
   * A commit whose answer was lost and that is repeated by the client library still counts as committed.
   * @param changes 1 to 100; two changes of one commit never name the same item
   */
  commit(changes: readonly Change[]): Promise<CommitResult>;
}
