import type { MessageClass } from '../contracts/records.ts';
import { domainOf } from '../mail/address.ts';
import { toRecipientHash } from '../mail/ids.ts';
import type { Change, RecordKey } from '../ports/record-store.ts';
import { keys, shards, suppressedPartition } from './keys.ts';
import { queryAll, type RecordContext, recordExpiry, toAttributes } from './repository.ts';

export type { MessageClass } from '../contracts/records.ts';

/** What an entry bars: one class, or every class, since a mailbox that does not exist takes no mail at all. */
export type SuppressedClass = MessageClass | 'all';

export interface SuppressionReason {
  readonly reason: 'bounce' | 'complaint' | 'operator';
  readonly at: string;
}

/** Who changed the list, and why; neither may hold an address. */
export interface SuppressionAuthor {
  readonly by: string;
  readonly why?: string;
}

/** One entry of the list, without its address. */
export interface SuppressionEntry extends SuppressionReason, SuppressionAuthor {
  readonly addressHash: string;
  /** Two letters and the domain: enough for an operator to recognise, too little to write to. */
  readonly shown: string;
  readonly messageClass: SuppressedClass;
}

export interface SuppressionPage {
  readonly entries: readonly SuppressionEntry[];
  /** Present when there may be more: hand it back to go on. Opaque. */
  readonly cursor?: string;
}

/** One line of an address's history. */
export interface SuppressionStep extends SuppressionAuthor {
  readonly at: string;
  readonly step: 'added' | 'removed';
  readonly messageClass: SuppressedClass;
}

/** Addresses that are sent nothing more, by hash: the list itself holds no address. */
export interface Suppression {
  /** Answers why an address takes no mail of this class, or `undefined` when it does. */
  find(address: string, messageClass: MessageClass): Promise<SuppressionReason | undefined>;
  add(
    address: string,
    messageClass: SuppressedClass,
    reason: SuppressionReason['reason'],
    author?: SuppressionAuthor,
  ): Promise<void>;
  /** Answers whether there was such an entry. */
  remove(address: string, messageClass: SuppressedClass, author?: SuppressionAuthor): Promise<boolean>;
  /** Entries in no order that means anything; `limit` 1 to 500. */
  list(limit: number, cursor?: string): Promise<SuppressionPage>;
  /** Who put an address on the list or took it off, oldest first. */
  history(address: string): Promise<SuppressionStep[]>;
}

const ourselves: SuppressionAuthor = { by: 'lightermail' };

export function createSuppression(context: RecordContext): Suppression {
  const { store, clock, ids } = context;
  const keyOf = (address: string, messageClass: string) => keys.suppression(toRecipientHash(address), messageClass);
  const step = (address: string, facts: Omit<SuppressionStep, 'at'>): Change => {
    const at = clock.now().toISOString();
    const key = keys.suppression(toRecipientHash(address), `H#${at}#${ids.next()}`);
    return { type: 'put', record: { ...key, ...toAttributes({ at, ...facts }), expiresAt: recordExpiry(clock) } };
  };

  return {
    async find(address, messageClass) {
      const [all, own] = await Promise.all([
        store.read(keyOf(address, 'all')),
        store.read(keyOf(address, messageClass)),
      ]);
      const record = all ?? own;
      if (record === undefined) return undefined;
      return { reason: record.reason as SuppressionReason['reason'], at: String(record.at) };
    },

    async add(address, messageClass, reason, author = ourselves) {
      const addressHash = toRecipientHash(address);
      const at = clock.now().toISOString();
      const entry: SuppressionEntry = { addressHash, shown: toShown(address), messageClass, reason, at, ...author };
      await store.commit([
        { type: 'put', record: { ...keys.suppression(addressHash, messageClass), ...toAttributes(entry) } },
        { type: 'put', record: { ...keys.suppressed(addressHash, messageClass), ...toAttributes(entry) } },
        step(address, { step: 'added', messageClass, ...author }),
      ]);
    },

    async remove(address, messageClass, author = ourselves) {
      const result = await store.commit([
        { type: 'delete', key: keyOf(address, messageClass), when: { is: 'present' } },
        { type: 'delete', key: keys.suppressed(toRecipientHash(address), messageClass) },
        step(address, { step: 'removed', messageClass, ...author }),
      ]);
      return result.committed;
    },

    async list(limit, cursor) {
      const { keysFound, next } = await findEntries(context, limit, cursor);
      // The entry itself decides: a store without commits over keys may leave an index line behind.
      const entries = await Promise.all(keysFound.map(async (key) => store.read(key)));
      const found = entries.flatMap((entry) => (entry === undefined ? [] : [toEntry(entry)]));
      return { entries: found, ...(next === undefined ? {} : { cursor: next }) };
    },

    async history(address) {
      const records = await queryAll(store, { pk: keyOf(address, '').pk, skPrefix: 'H#' });
      return records.map(({ at, step, messageClass, by, why }) => toAttributesOf({ at, step, messageClass, by, why }));
    },
  };
}

/** Walks the shards of the index, one after another; the cursor says where it stopped. */
async function findEntries({ store }: RecordContext, limit: number, cursor: string | undefined) {
  const keysFound: RecordKey[] = [];
  let [shard, inner] = fromCursor(cursor);
  while (shard < shards.length && keysFound.length < limit) {
    const query = { pk: suppressedPartition(shard), limit: limit - keysFound.length };
    const page = await store.query(inner === '' ? query : { ...query, cursor: inner });
    for (const { addressHash, messageClass } of page.records) {
      keysFound.push(keys.suppression(String(addressHash), String(messageClass)));
    }
    inner = page.cursor ?? '';
    if (inner === '') shard += 1;
  }
  return { keysFound, next: shard < shards.length ? `${shard}.${inner}` : undefined };
}

function fromCursor(cursor = '0.'): [number, string] {
  const dot = cursor.indexOf('.');
  return [Number.parseInt(cursor.slice(0, dot), 10) || 0, cursor.slice(dot + 1)];
}

function toEntry(record: Readonly<Record<string, unknown>>): SuppressionEntry {
  const { addressHash, shown, messageClass, reason, at, by, why } = record;
  return toAttributesOf({ addressHash, shown, messageClass, reason, at, by, why });
}

/** This repository alone has written these items: this is the parse edge. */
function toAttributesOf<Type>(fields: object): Type {
  return toAttributes(fields) as unknown as Type;
}

const shownLetters = 2;

function toShown(address: string): string {
  return `${address.slice(0, Math.min(shownLetters, address.lastIndexOf('@')))}****@${domainOf(address)}`;
}
