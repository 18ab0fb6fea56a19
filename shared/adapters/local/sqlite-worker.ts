import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { createSql, type Sql } from './sql.ts';
import { runBatch } from './sqlite-batch.ts';
import { type Call, type FromWorker, type ToWorker, toFailure, type WorkerSettings } from './sqlite-protocol.ts';
import { prepareDatabase } from './sqlite-schema.ts';

/** Bounds one transaction, so that a flood of callers does not make the first of them wait for the last. */
const maxCallsPerBatch = 1_000;

const port = parentPort;
if (port === null) throw new Error('this module runs as a worker thread only');
const answer = (message: FromWorker): void => port.postMessage(message);

function open(path: string): { readonly database: DatabaseSync; readonly sql: Sql } | undefined {
  try {
    const database = new DatabaseSync(path);
    prepareDatabase(database);
    return { database, sql: createSql(database) };
  } catch (error) {
    answer({ unusable: toFailure(error) });
    return undefined;
  }
}

const opened = open((workerData as WorkerSettings).databasePath);
if (opened === undefined) {
  port.close();
} else {
  const { database, sql } = opened;
  port.on('message', (first: ToWorker) => {
    const calls: Call[] = [];
    let next: ToWorker | undefined = first;
    while (next !== undefined && next !== 'close') {
      calls.push(...next.calls);
      // Everything that arrived while the last transaction ran goes into this one.
      next = calls.length < maxCallsPerBatch ? receiveMessageOnPort(port)?.message : undefined;
    }
    if (calls.length > 0) answer({ answers: runBatch(database, sql, calls) });
    if (next === 'close') {
      database.close();
      port.close();
    }
  });
  answer('ready');
}
