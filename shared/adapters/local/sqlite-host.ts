import { Worker } from 'node:worker_threads';
import { TransientMailError } from '../../errors/mail-error.ts';
import type { OperationArgs, OperationName, OperationResult } from './operations.ts';
import { toDatabaseError, type UnavailableCode } from './sqlite-error.ts';
import { type Call, type FromWorker, type ToWorker, toFailure, type WorkerSettings } from './sqlite-protocol.ts';

/** The database as an adapter uses it: failures carry the code of the adapter's own port. */
export interface LocalDatabase {
  /** Runs one operation; resolved when what it changed is durable. */
  run<Name extends OperationName>(name: Name, args: OperationArgs<Name>): Promise<OperationResult<Name>>;
}

/** One SQLite database in one worker thread. */
export interface SqliteHost {
  database(unavailable: UnavailableCode): LocalDatabase;
  /** Finishes what is in flight, then closes the database; calls made after it are refused. */
  close(): Promise<void>;
}

interface Waiting {
  readonly unavailable: UnavailableCode;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Opens (and, when new, makes) the database.
 * @throws TransientMailError `ERR_STORE_UNAVAILABLE` when the file is no database, unreadable or of a later version;
 * `ERR_DISK_FULL` when there is no room for it
 */
export async function openSqliteHost(databasePath: string): Promise<SqliteHost> {
  const worker = startWorker({ databasePath });
  await ready(worker);
  return createHost(worker);
}

function startWorker(workerData: WorkerSettings): Worker {
  const file = import.meta.url.endsWith('.ts') ? './sqlite-worker.ts' : './sqlite-worker.mjs';
  return new Worker(new URL(file, import.meta.url), { workerData, name: 'lightermail-sqlite' });
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', (message: FromWorker) => {
      if (message === 'ready') resolve();
      else if ('unusable' in message) reject(toOpenError(message.unusable));
    });
    worker.once('error', (cause) => reject(stopped('ERR_STORE_UNAVAILABLE', cause)));
    worker.once('exit', () => reject(stopped('ERR_STORE_UNAVAILABLE')));
  });
}

function toOpenError(failure: { message: string; sqliteCode?: number }): Error {
  const error = toDatabaseError(failure, 'ERR_STORE_UNAVAILABLE');
  if (failure.sqliteCode !== undefined) return error;
  return new TransientMailError('ERR_STORE_UNAVAILABLE', failure.message);
}

function stopped(code: UnavailableCode, cause?: unknown): TransientMailError {
  return new TransientMailError(code, 'the local database has stopped: restart Lightermail', { cause });
}

function createHost(worker: Worker): SqliteHost {
  const waiting = new Map<number, Waiting>();
  let outbox: Call[] = [];
  let lastId = 0;
  let over: { readonly cause?: unknown } | undefined;
  let closed: Promise<void> | undefined;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));

  const tell = (message: ToWorker): void => worker.postMessage(message);
  const flush = (): void => {
    const calls = outbox;
    outbox = [];
    if (over === undefined) post(calls);
  };
  /** A value that cannot cross the thread fails its own caller alone. */
  const post = (calls: readonly Call[]): void => {
    try {
      if (calls.length > 0) tell({ calls });
    } catch (error) {
      const [only] = calls;
      if (calls.length > 1) for (const one of calls) post([one]);
      else if (only !== undefined) settle(only.id, (caller) => caller.reject(new TypeError(toFailure(error).message)));
    }
  };
  const settle = (id: number, act: (caller: Waiting) => void): void => {
    const caller = waiting.get(id);
    waiting.delete(id);
    if (caller !== undefined) act(caller);
    // An idle database does not keep the process alive; a pending call does.
    if (waiting.size === 0) worker.unref();
  };
  const end = (cause?: unknown): void => {
    over ??= { cause };
    for (const id of [...waiting.keys()]) settle(id, (caller) => caller.reject(stopped(caller.unavailable, cause)));
  };

  worker.on('message', (message: FromWorker) => {
    if (message === 'ready' || 'unusable' in message) return;
    for (const answer of message.answers) {
      settle(answer.id, (caller) => {
        if ('failure' in answer) caller.reject(toDatabaseError(answer.failure, caller.unavailable));
        else caller.resolve(answer.value);
      });
    }
  });
  worker.on('error', end);
  worker.on('exit', () => end());
  worker.unref();

  function call(unavailable: UnavailableCode, name: OperationName, args: unknown): Promise<unknown> {
    if (over !== undefined || closed !== undefined) return Promise.reject(stopped(unavailable, over?.cause));
    return new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { unavailable, resolve, reject });
      if (waiting.size === 1) worker.ref();
      // Calls of one turn of the event loop cross the thread together.
      if (outbox.length === 0) queueMicrotask(flush);
      outbox.push({ id: lastId, name, args });
    });
  }

  async function close(): Promise<void> {
    worker.ref();
    flush();
    if (over === undefined) tell('close');
    await exited;
  }

  return {
    database: (unavailable) => ({
      run: <Name extends OperationName>(name: Name, args: OperationArgs<Name>) =>
        call(unavailable, name, args) as Promise<OperationResult<Name>>,
    }),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}
