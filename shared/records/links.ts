import type { LinkRecord } from '../contracts/records.ts';
import type { Change } from '../ports/record-store.ts';
import { keys } from './keys.ts';
import { fromRecord, queryAll, type RecordContext, recordExpiry, toAttributes, untilCommitted } from './repository.ts';

/** The links of all mails; found by the hash of their token, or by their mail. */
export interface Links {
  read(tokenHash: string): Promise<LinkRecord | undefined>;
  /** Makes the links that do not exist yet; one that does (also a revoked one) stays as it is. */
  create(links: readonly LinkRecord[]): Promise<void>;
  ofMail(mailId: string): Promise<LinkRecord[]>;
}

/** Two changes a link, at most 100 a commit. */
const linksPerCommit = 50;

export function createLinks({ store, clock }: RecordContext): Links {
  const read = async (tokenHash: string) => {
    const record = await store.read(keys.link(tokenHash));
    return record === undefined ? undefined : fromRecord<LinkRecord>(record);
  };

  const toChanges = (link: LinkRecord): Change[] => {
    const expiresAt = recordExpiry(clock);
    return [
      {
        type: 'put',
        record: { ...keys.link(link.tokenHash), ...toAttributes(link), expiresAt },
        when: { is: 'absent' },
      },
      {
        type: 'put',
        record: {
          ...keys.mailLink(link.mailId, link.recipientHash, link.path),
          tokenHash: link.tokenHash,
          expiresAt,
        },
      },
    ];
  };

  const createBatch = async (links: readonly LinkRecord[]) => {
    let missing = links;
    await untilCommitted(async () => {
      if (missing.length === 0) return true;
      const result = await store.commit(missing.flatMap(toChanges));
      if (result.committed) return true;
      const existing = new Set(result.conflicts.map((conflict) => Math.floor(conflict.index / 2)));
      missing = missing.filter((_link, index) => !existing.has(index));
      return undefined;
    });
  };

  return {
    read,
    async create(links) {
      for (let start = 0; start < links.length; start += linksPerCommit) {
        await createBatch(links.slice(start, start + linksPerCommit));
      }
    },
    async ofMail(mailId) {
      const index = await queryAll(store, { pk: keys.mail(mailId).pk, skPrefix: 'LINK#' });
      const links = await Promise.all(index.map((record) => read(String(record.tokenHash))));
      return links.filter((link) => link !== undefined);
    },
  };
}
