import type { LinkRecord } from '../contracts/records.ts';
import { TransientMailError } from '../errors/mail-error.ts';
import type { Change } from '../ports/record-store.ts';
import { keys } from './keys.ts';
import { linkKeys } from './link-keys.ts';
import { fromRecord, type RecordContext } from './repository.ts';

/** The permission to fetch that one press of the button gave: for a while, as often as a download is resumed. */
export interface LinkGrant {
  /** ISO 8601, UTC: good up to and not at this moment. */
  readonly until: string;
  /** Set where the grant is for an archive of several files. */
  readonly archiveKey?: string;
}

/** `repeated`: this very press was counted before. */
export type TakeResult = 'granted' | 'repeated' | 'spent' | 'closed';

/** Counts downloads: each grant takes one of every link that it is for, all or none. */
export interface LinkGrants {
  /**
   * Takes one download of each link, in one commit with the grant itself.
   * @param links 1 to 90; the grant belongs to the first
   * @throws TransientMailError `ERR_STORE_CONFLICT` when a hundred others were faster, a hundred times
   */
  take(links: readonly LinkRecord[], grantHash: string, grant: LinkGrant): Promise<TakeResult>;
  read(tokenHash: string, grantHash: string): Promise<LinkGrant | undefined>;
}

/** Each lost race means that another download was counted, so a limit is reached long before. */
const mostTries = 100;
/** A grant that has ended is kept a day, so that pressing "back" still finds its reason. */
const keptSeconds = 86_400;

export function createLinkGrants({ store }: Pick<RecordContext, 'store'>): LinkGrants {
  const tryOnce = async (
    links: readonly LinkRecord[],
    grantKey: Change,
  ): Promise<TakeResult | readonly LinkRecord[]> => {
    if (links.some(({ state }) => state !== 'active')) return 'closed';
    if (links.some(({ downloadsLeft }) => downloadsLeft !== undefined && downloadsLeft < 1)) return 'spent';
    const result = await store.commit([grantKey, ...links.map(takeOne)]);
    if (result.committed) return 'granted';
    if (result.conflicts.some(({ index }) => index === 0)) return 'repeated';
    const fresh = await Promise.all(links.map(({ tokenHash }) => store.read(keys.link(tokenHash))));
    return fresh.some((record) => record === undefined)
      ? 'closed'
      : fresh.flatMap((record) => (record === undefined ? [] : [fromRecord<LinkRecord>(record)]));
  };

  return {
    async take(links, grantHash, grant) {
      const [first] = links;
      if (first === undefined) return 'closed';
      const expiresAt = Math.floor(Date.parse(grant.until) / 1000) + keptSeconds;
      const put: Change = {
        type: 'put',
        record: { ...linkKeys.grant(first.tokenHash, grantHash), ...grant, expiresAt },
        when: { is: 'absent' },
      };
      let current = links;
      for (let tries = 0; tries < mostTries; tries += 1) {
        const answer = await unlessConflict(() => tryOnce(current, put), current);
        if (typeof answer === 'string') return answer;
        current = answer;
      }
      throw new TransientMailError('ERR_STORE_CONFLICT', `lost ${mostTries} races for one download`);
    },

    async read(tokenHash, grantHash) {
      const record = await store.read(linkKeys.grant(tokenHash, grantHash));
      return record === undefined ? undefined : fromRecord<LinkGrant>(record);
    },
  };
}

/** One download less, while the link is open and no one else has taken one since it was read. */
function takeOne({ tokenHash, downloadsLeft }: LinkRecord): Change {
  const isLimited = downloadsLeft !== undefined;
  return {
    type: 'update',
    key: keys.link(tokenHash),
    add: { downloadCount: 1, ...(isLimited ? { downloadsLeft: -1 } : {}) },
    when: { matches: { state: 'active', ...(isLimited ? { downloadsLeft } : {}) } },
  };
}

/** A store under pressure may give a commit up as conflicting: that is one more lost race. */
async function unlessConflict<Result>(attempt: () => Promise<Result>, otherwise: Result): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof TransientMailError && error.code === 'ERR_STORE_CONFLICT') return otherwise;
    throw error;
  }
}
