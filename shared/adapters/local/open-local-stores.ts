import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type BucketName,
  bucketNames,
  type QueueName,
  queueNames,
  queues as queueTopology,
  type TopicName,
  topicNames,
} from '../../../infra/topology.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { JobQueue } from '../../ports/job-queue.ts';
import type { Clock } from '../../ports/platform.ts';
import type { RecordStore } from '../../ports/record-store.ts';
import type { Topic } from '../../ports/topic.ts';
import { openBlobFiles } from './blob-files.ts';
import { type BlobSigning, createBlobStore } from './blob-store.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import { createDeadLetters, type DeadLetters } from './dead-letters.ts';
import { toFileError } from './file-error.ts';
import { createJobQueue } from './job-queue.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { createQueueWakeups } from './queue-wakeups.ts';
import { createRecordStore } from './record-store.ts';
import { openSqliteHost, type SqliteHost } from './sqlite-host.ts';
import { sweepLocalStores } from './sweep-local-stores.ts';
import { createTopic, type Notice, readNotices } from './topic.ts';

export interface LocalStoreSettings {
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly signing: BlobSigning;
}

/** Every store of one machine, over one data folder. */
export interface LocalStores {
  readonly store: RecordStore;
  readonly queues: Readonly<Record<QueueName, JobQueue>>;
  readonly deadLetters: DeadLetters;
  readonly topics: Readonly<Record<TopicName, Topic>>;
  readonly buckets: Readonly<Record<BucketName, BlobStore>>;
  readonly mailbox: Mailbox;
  /** The last messages of a topic, newest first. */
  readNotices(topic: TopicName, limit: number): Promise<readonly Notice[]>;
  /** Deletes what has expired and what nothing refers to; to be run now and then. */
  sweep(): Promise<void>;
  /** Finishes what is in flight and gives the folder free. */
  close(): Promise<void>;
}

/**
 * Opens the stores in a folder, which is made when it is absent. Messages that were in flight when the last process
 * ended are visible again.
 * @throws PermanentMailError `ERR_SETTING` when another process holds the folder
 * @throws TransientMailError `ERR_STORE_UNAVAILABLE`, `ERR_BLOB_UNAVAILABLE` or `ERR_DISK_FULL` when it cannot be used
 */
export async function openLocalStores(settings: LocalStoreSettings): Promise<LocalStores> {
  const dataFolder = resolve(settings.dataFolder);
  makeFolder(dataFolder);
  const lock = lockDataFolder(dataFolder, settings.clock.now());
  let host: SqliteHost | undefined;
  try {
    host = await openSqliteHost(makeDatabaseFile(dataFolder));
    return await build(dataFolder, settings, host, () => lock.release());
  } catch (error) {
    await host?.close();
    lock.release();
    throw error;
  }
}

async function build(
  dataFolder: string,
  { clock, signing }: LocalStoreSettings,
  host: SqliteHost,
  release: () => void,
): Promise<LocalStores> {
  const files = await openBlobFiles(dataFolder);
  const queueDatabase = host.database('ERR_QUEUE_UNAVAILABLE');
  const topicDatabase = host.database('ERR_TOPIC_UNAVAILABLE');
  await queueDatabase.run('queue.recover', { now: clock.now().getTime() });

  const wakeups = record(queueNames, () => createQueueWakeups());
  const blobs = { database: host.database('ERR_BLOB_UNAVAILABLE'), files, clock, signing };
  const store = host.database('ERR_STORE_UNAVAILABLE');
  return {
    store: createRecordStore(store, clock),
    queues: record(queueNames, (name) =>
      createJobQueue({ name, database: queueDatabase, clock, wakeups: wakeups[name] }, queueTopology[name]),
    ),
    deadLetters: createDeadLetters(queueDatabase, clock, wakeups),
    topics: record(topicNames, (name) => createTopic(name, { database: topicDatabase, clock, wakeups })),
    buckets: record(bucketNames, (name) => createBlobStore(name, blobs)),
    mailbox: createMailbox({ database: store, bucket: createBlobStore('mailbox', blobs), clock }),
    readNotices: (topic, limit) => readNotices(topicDatabase, topic, limit),
    sweep: () => sweepLocalStores(store, files, clock.now()),
    async close() {
      await host.close();
      release();
    },
  };
}

/** A folder that was there keeps its permissions; what is in it is closed to others in any case. */
function makeFolder(dataFolder: string): void {
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw toFileError(error);
  }
}

/** SQLite would make the file readable to all; its WAL takes over the permissions that the file has. */
function makeDatabaseFile(dataFolder: string): string {
  const path = join(dataFolder, 'lightermail.db');
  writeFileSync(path, '', { flag: 'a', mode: 0o600 });
  return path;
}

function record<Name extends string, Item>(names: readonly Name[], make: (name: Name) => Item): Record<Name, Item> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Item>;
}
