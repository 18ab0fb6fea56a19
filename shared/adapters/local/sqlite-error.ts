import type { TransientCode } from '../../errors/codes.ts';
import { TransientMailError } from '../../errors/mail-error.ts';
import type { Failure } from './sqlite-protocol.ts';

/** The code that a port promises for a store that does not answer. */
export type UnavailableCode = Extract<
  TransientCode,
  'ERR_STORE_UNAVAILABLE' | 'ERR_QUEUE_UNAVAILABLE' | 'ERR_TOPIC_UNAVAILABLE' | 'ERR_BLOB_UNAVAILABLE'
>;

/** SQLITE_FULL; extended codes carry the primary one in their low byte. @see https://www.sqlite.org/rescode.html#full */
const full = 13;

/**
 * The error that a caller gets for a failure in the database thread: `ERR_DISK_FULL` when there is no room, else the
 * port's own code. A failure that is not SQLite's is a fault of the caller's arguments and stays a plain error.
 */
export function toDatabaseError({ message, sqliteCode }: Failure, unavailable: UnavailableCode): Error {
  if (sqliteCode === undefined) return new TypeError(message);
  const details = { sqliteCode };
  if ((sqliteCode & 0xff) === full) {
    return new TransientMailError('ERR_DISK_FULL', 'no room left for the data folder: free some space', { details });
  }
  return new TransientMailError(unavailable, `the local database failed: ${message}`, { details });
}
