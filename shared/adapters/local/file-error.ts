import { TransientMailError } from '../../errors/mail-error.ts';

const noRoom: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

/**
 * The error that a caller of the blob store gets when the file system fails: `ERR_DISK_FULL` when there is no room,
 * else `ERR_BLOB_UNAVAILABLE` (too many open files, read-only, broken disk). Paths are left out.
 */
export function toFileError(cause: unknown): TransientMailError {
  const errno = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown';
  const details = { errno };
  if (noRoom.has(errno)) {
    return new TransientMailError('ERR_DISK_FULL', 'no room left for the data folder: free some space', { details });
  }
  return new TransientMailError('ERR_BLOB_UNAVAILABLE', `the file system failed: ${errno}`, { details });
}

/** Runs file work; whatever it throws comes out as an error of the blob store. */
export async function fileWork<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toFileError(error);
  }
}
