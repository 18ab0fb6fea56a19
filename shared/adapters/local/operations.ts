import { countDeadLetters, listDeadLetters, redriveDeadLetters, sweepDeadLetters } from './dead-letter-operations.ts';
import { listMail, putMail, readMail, sweepMail } from './mailbox-operations.ts';
import {
  deleteObject,
  listObjects,
  putObject,
  readObject,
  referencedObjects,
  sweepObjects,
} from './object-operations.ts';
import {
  acknowledgeMessage,
  queueDepth,
  receiveMessages,
  recoverMessages,
  rejectBody,
  releaseMessage,
  sendMessages,
} from './queue-operations.ts';
import { commitRecords, queryRecords, readRecord, sweepRecords } from './record-operations.ts';
import type { Sql } from './sql.ts';
import { listNotices, publishNotice } from './topic-operations.ts';

/** Everything the database thread can do, by name. Each is a synchronous function over the open transaction. */
export const operations = {
  'records.read': readRecord,
  'records.query': queryRecords,
  'records.commit': commitRecords,
  'records.sweep': sweepRecords,
  'queue.send': sendMessages,
  'queue.receive': receiveMessages,
  'queue.acknowledge': acknowledgeMessage,
  'queue.release': releaseMessage,
  'queue.reject': rejectBody,
  'queue.depth': queueDepth,
  'queue.recover': recoverMessages,
  'dead.list': listDeadLetters,
  'dead.count': countDeadLetters,
  'dead.redrive': redriveDeadLetters,
  'dead.sweep': sweepDeadLetters,
  'topic.publish': publishNotice,
  'topic.notices': listNotices,
  'objects.put': putObject,
  'objects.read': readObject,
  'objects.list': listObjects,
  'objects.delete': deleteObject,
  'objects.sweep': sweepObjects,
  'objects.referenced': referencedObjects,
  'mailbox.put': putMail,
  'mailbox.list': listMail,
  'mailbox.read': readMail,
  'mailbox.sweep': sweepMail,
} as const satisfies Readonly<Record<string, (sql: Sql, args: never) => unknown>>;

type Operations = typeof operations;
export type OperationName = keyof Operations;
export type OperationArgs<Name extends OperationName> = Parameters<Operations[Name]>[1];
export type OperationResult<Name extends OperationName> = ReturnType<Operations[Name]>;
