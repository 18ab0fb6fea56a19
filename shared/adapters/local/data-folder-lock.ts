import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PermanentMailError } from '../../errors/mail-error.ts';
import { toFileError } from './file-error.ts';
import { toDatabaseError } from './sqlite-error.ts';
import { type Failure, toFailure } from './sqlite-protocol.ts';

/** Holds the data folder for this process. */
export interface DataFolderLock {
  release(): void;
}

/** Who holds a data folder. */
interface Holder {
  readonly pid: number;
  readonly startedAt: string;
}

const busy = 5;

/**
 * Takes the data folder for this process alone. The lock is the operating system's, on a file `lock.db` that SQLite
 * keeps open: it ends with the process however that ends, so a stale lock cannot exist, a re-used pid cannot keep one
 * alive, and of two that take over at once exactly one succeeds. `holder.json` only says who holds it.
 * Not for folders on a network file system.
 * @throws PermanentMailError `ERR_SETTING` when another process holds the folder
 */
export function lockDataFolder(dataFolder: string, now: Date): DataFolderLock {
  const holderPath = join(dataFolder, 'holder.json');
  makeLockFile(join(dataFolder, 'lock.db'));
  const database = openLock(join(dataFolder, 'lock.db'), () => readHolder(holderPath));
  const holder: Holder = { pid: process.pid, startedAt: now.toISOString() };
  writeFileSync(holderPath, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  return {
    release() {
      if (!database.isOpen) return;
      rmSync(holderPath, { force: true });
      database.close();
    },
  };
}

/**
 * SQLite would make the file readable to all. A file that is there is not touched: closing any descriptor of it would
 * end a lock that this process already holds.
 * @see https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
 */
function makeLockFile(path: string): void {
  try {
    writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const cause = toFileError(error);
    if (cause.details.errno !== 'EEXIST') throw cause;
  }
}

function openLock(path: string, holder: () => Holder | undefined): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    const failure = toFailure(error);
    throw isBusy(failure) ? inUse(holder()) : toDatabaseError(failure, 'ERR_STORE_UNAVAILABLE');
  }
}

function isBusy({ sqliteCode = 0 }: Failure): boolean {
  return (sqliteCode & 0xff) === busy;
}

function inUse(holder: Holder | undefined): PermanentMailError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} since ${holder.startedAt}`;
  const message = `the data folder is in use by ${who}: stop that process, or set LIGHTERMAIL_DATA to another folder`;
  return new PermanentMailError('ERR_SETTING', message, holder === undefined ? {} : { details: { pid: holder.pid } });
}

function readHolder(path: string): Holder | undefined {
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(path, 'utf8'));
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    // The holder may be about to write it: then the message names no one.
    return undefined;
  }
}
