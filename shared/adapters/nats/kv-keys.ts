import { createHash } from 'node:crypto';
import type { RecordKey } from '../../ports/record-store.ts';

/** The buckets: two that the peer shares, and two of ours for what it does not know. */
export const bucketNames = {
  /** One record an email, by its id. */
  emails: 'email-recipients',
  /** One key a member, and the peer's arrays. */
  groups: 'email-group-index',
  /** Events, history, counters, waiting work. */
  records: 'email-records',
  /** The suppression list, which does not age. */
  suppression: 'email-suppression',
} as const;
export type BucketName = keyof typeof bucketNames;

export interface KvKey {
  readonly bucket: BucketName;
  readonly key: string;
}

/** Characters that mean nothing to a subject; `.` would divide it, so that a text with one is encoded. */
const plain = /^[-/_A-Za-z0-9][-/_=A-Za-z0-9]*$/;

/** Subjects stand in a line of the protocol of at most 4,096 bytes. */
const longestToken = 1_024;

/**
 * A text as one token of a key: itself where KV's characters suffice, else `=` and base64url, else (too long) `==` and
 * its hash. No two texts give one token.
 */
export function toToken(text: string): string {
  if (plain.test(text) && text.length <= longestToken) return text;
  const encoded = `=${Buffer.from(text, 'utf8').toString('base64url')}`;
  return encoded.length <= longestToken ? encoded : `==${createHash('sha256').update(text).digest('hex')}`;
}

const emailPartition = 'EMAIL#';
const groupPartition = 'GROUP#';
const memberPrefix = 'E#';

/** Where an item stands. */
export function toKvKey({ pk, sk }: RecordKey): KvKey {
  if (pk.startsWith(emailPartition) && sk === 'STATE') {
    return { bucket: 'emails', key: toToken(pk.slice(emailPartition.length)) };
  }
  if (pk.startsWith(groupPartition) && sk.startsWith(memberPrefix)) {
    return { bucket: 'groups', key: `${toToken(groupOf(pk))}.${toToken(sk.slice(memberPrefix.length))}` };
  }
  return { bucket: bucketOf(pk), key: `${toToken(pk)}.${toToken(sk)}` };
}

/** Where the items of a partition stand, as KV filters. */
export function toPartitionFilters(pk: string): readonly KvKey[] {
  const own: KvKey = { bucket: bucketOf(pk), key: `${toToken(pk)}.*` };
  if (pk.startsWith(emailPartition)) return [own, toKvKey({ pk, sk: 'STATE' })];
  if (pk.startsWith(groupPartition)) return [own, { bucket: 'groups', key: `${toToken(groupOf(pk))}.*` }];
  return [own];
}

/** The peer's key of a group's array, when the group's id is one that KV takes. */
export function toPeerGroupKey(pk: string): KvKey | undefined {
  if (!pk.startsWith(groupPartition)) return undefined;
  const key = groupOf(pk);
  return /^[-/_=.A-Za-z0-9]+$/.test(key) && !/^\.|\.$|\.\./.test(key) ? { bucket: 'groups', key } : undefined;
}

/** Whether an item is a counter of a group: it is folded from what the emails' own records say, never written alone. */
export function isCounter({ pk, sk }: RecordKey): boolean {
  return pk.startsWith(groupPartition) && sk.startsWith('C#');
}

export function groupOf(pk: string): string {
  return pk.slice(groupPartition.length);
}

export const memberKey = (pk: string, emailId: string): RecordKey => ({ pk, sk: `${memberPrefix}${emailId}` });

function bucketOf(pk: string): BucketName {
  return pk.startsWith('SUPP') ? 'suppression' : 'records';
}
