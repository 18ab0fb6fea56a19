import type { Change } from '../ports/record-store.ts';
import { linkKeys } from './link-keys.ts';
import { type RecordContext, recordExpiry, toAttributes } from './repository.ts';

/** What an operator does to a link, and who and why. */
export interface LinkAct {
  /** A verb: `revoked`, `renewed`, `replaced`. */
  readonly step: string;
  /** Who: a user of this machine, or `console`. */
  readonly by: string;
  readonly reason?: string;
  /** A fact worth keeping: the SHA-256 of the bytes before, the new expiry. */
  readonly detail?: string;
}

export interface LinkHistoryItem extends LinkAct {
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** One line of a link's history, for the commit that makes the change itself. */
export function linkHistoryChange({ clock, ids }: RecordContext, tokenHash: string, act: LinkAct): Change {
  const at = clock.now().toISOString();
  return {
    type: 'put',
    record: {
      ...linkKeys.history(tokenHash, at, ids.next()),
      ...toAttributes({ at, ...act }),
      expiresAt: recordExpiry(clock),
    },
  };
}
