import { createHash } from 'node:crypto';
import type { RecordKey } from '../ports/record-store.ts';

/** Where everything stands in the one table. A key never holds an address, a subject or a token. */

const shardCount = 16;

/** All shards, to walk an index. */
export const shards: readonly number[] = Array.from({ length: shardCount }, (_, index) => index);

/** The shard of an id: spreads one hot day over several partitions. */
export function shardOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt8(0) % shardCount;
}

const day = (at: string) => at.slice(0, 10).replaceAll('-', '');

export const keys = {
  mail: (mailId: string): RecordKey => ({ pk: `MAIL#${mailId}`, sk: 'STATE' }),
  mailPart: (mailId: string, path: string): RecordKey => ({ pk: `MAIL#${mailId}`, sk: `PART#${path}` }),
  mailHistory: (mailId: string, at: string, id: string): RecordKey => ({ pk: `MAIL#${mailId}`, sk: `H#${at}#${id}` }),
  mailLink: (mailId: string, recipientHash: string, path: string): RecordKey => ({
    pk: `MAIL#${mailId}`,
    sk: `LINK#${recipientHash}#${path}`,
  }),
  mailIndex: (state: string, at: string, mailId: string): RecordKey => ({
    pk: mailIndexPartition(state, at, shardOf(mailId)),
    sk: `${at}#${mailId}`,
  }),
  email: (emailId: string): RecordKey => ({ pk: `EMAIL#${emailId}`, sk: 'STATE' }),
  emailEvent: (emailId: string, eventId: string): RecordKey => ({ pk: `EMAIL#${emailId}`, sk: `EV#${eventId}` }),
  emailHistory: (emailId: string, at: string, id: string): RecordKey => ({
    pk: `EMAIL#${emailId}`,
    sk: `H#${at}#${id}`,
  }),
  groupMember: (groupId: string, emailId: string): RecordKey => ({ pk: `GROUP#${groupId}`, sk: `E#${emailId}` }),
  groupCounter: (groupId: string, emailId: string): RecordKey => ({
    pk: `GROUP#${groupId}`,
    sk: `C#${shardOf(emailId)}`,
  }),
  due: (dueAt: string, emailId: string): RecordKey => ({
    pk: duePartition(shardOf(emailId)),
    sk: `${dueAt}#${emailId}`,
  }),
  link: (tokenHash: string): RecordKey => ({ pk: `LINK#${tokenHash}`, sk: 'STATE' }),
  suppression: (addressHash: string, messageClass: string): RecordKey => ({
    pk: `SUPP#${addressHash}`,
    sk: messageClass,
  }),
  suppressed: (addressHash: string, messageClass: string): RecordKey => ({
    pk: suppressedPartition(shardOf(addressHash)),
    sk: `${addressHash}#${messageClass}`,
  }),
  orphanEvent: (emailId: string, eventId: string): RecordKey => ({ pk: `ORPHAN#${emailId}`, sk: `EV#${eventId}` }),
  orphanIndex: (at: string, emailId: string, eventId: string): RecordKey => ({
    pk: orphanPartition(shardOf(emailId)),
    sk: `${at}#${emailId}#${eventId}`,
  }),
  arrivalTotal: (scope: string, hour: string): RecordKey => ({ pk: `RATE#${scope}#${hour}`, sk: 'TOTAL' }),
  arrivalPlace: (scope: string, hour: string, mailId: string): RecordKey => ({
    pk: `RATE#${scope}#${hour}`,
    sk: `M#${mailId}`,
  }),
  parkedOrphan: (at: string, emailId: string, eventId: string): RecordKey => ({
    pk: parkedOrphanPartition,
    sk: `${at}#${emailId}#${eventId}`,
  }),
  reconcilerPass: (): RecordKey => ({ pk: 'RECONCILER', sk: 'PASS' }),
  mailGap: (mailId: string): RecordKey => ({ pk: mailGapPartition(shardOf(mailId)), sk: mailId }),
  outbox: (at: string, eventId: string): RecordKey => ({
    pk: outboxPartition(shardOf(eventId)),
    sk: `${at}#${eventId}`,
  }),
  processedOutbox: (at: string, eventId: string): RecordKey => ({
    pk: processedOutboxPartition(shardOf(eventId)),
    sk: `${at}#${eventId}`,
  }),
} as const;

/** One shard of the mails of one state that arrived on one day. */
export function mailIndexPartition(state: string, at: string, shard: number): string {
  return `MAILS#${state}#${day(at)}#${shard}`;
}

export function duePartition(shard: number): string {
  return `DUE#${shard}`;
}

/** One shard of the list of suppressed addresses. */
export function suppressedPartition(shard: number): string {
  return `SUPPRESSED#${shard}`;
}

/** One shard of the events that wait for their email. */
export function orphanPartition(shard: number): string {
  return `ORPHANS#${shard}`;
}

/** Events whose email never came: there are few, and an operator looks at them. */
export const parkedOrphanPartition = 'ORPHANS#parked';

/** One shard of the events of ours that are not known to be published. */
export function outboxPartition(shard: number): string {
  return `OUTBOX#${shard}`;
}

/** One shard of the mails that the reconciler misses in the ledger. */
export function mailGapPartition(shard: number): string {
  return `GAPS#${shard}`;
}

/** One shard of the ends of mails that are not known to be published. */
export function processedOutboxPartition(shard: number): string {
  return `PROCESSED#${shard}`;
}
