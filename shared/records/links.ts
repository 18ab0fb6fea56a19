import type { LinkRecord } from '../contracts/records.ts';
import type { Change } from '../ports/record-store.ts';
import { keys } from './keys.ts';
import { type LinkAct, type LinkHistoryItem, linkHistoryChange } from './link-history.ts';
import { linkKeys } from './link-keys.ts';
import { fromRecord, queryAll, type RecordContext, recordExpiry, toAttributes, untilCommitted } from './repository.ts';

/** What an operator's change sets on a link; the rest stays. */
export type LinkFields = Partial<
  Pick<
    LinkRecord,
    | 'state'
    | 'linkExpiresAt'
    | 'downloadsLeft'
    | 'blobKey'
    | 'fileName'
    | 'contentType'
    | 'sizeBytes'
    | 'sha256'
    | 'replacedAt'
  >
>;

/** The links of all mails; found by the hash of their token, by their mail, or by their recipient. */
export interface Links {
  read(tokenHash: string): Promise<LinkRecord | undefined>;
  /** Makes the links that do not exist yet; one that does (also a revoked one) stays as it is. */
  create(links: readonly LinkRecord[]): Promise<void>;
  /** All links of a mail, or those of one recipient. */
  ofMail(mailId: string, recipientHash?: string): Promise<LinkRecord[]>;
  /** Oldest first. */
  ofRecipient(recipientHash: string): Promise<LinkRecord[]>;
  /**
   * Decides on the link as it stands, and writes the decision and a line of history in one commit; decides again when
   * someone else was faster. Answers the link as it is now, or `undefined` when there is none; a decision of
   * `undefined` leaves it alone.
   */
  change(
    tokenHash: string,
    act: LinkAct,
    decide: (link: LinkRecord) => LinkFields | undefined,
  ): Promise<{ readonly changed: boolean; readonly before: LinkRecord; readonly link: LinkRecord } | undefined>;
  /** What operators did to the link, oldest first. */
  history(tokenHash: string): Promise<LinkHistoryItem[]>;
}

/** Three changes a link, at most 100 a commit. */
const linksPerCommit = 33;
const changesPerLink = 3;

export function createLinks(context: RecordContext): Links {
  const { store, clock } = context;
  const read = async (tokenHash: string) => {
    const record = await store.read(keys.link(tokenHash));
    return record === undefined ? undefined : fromRecord<LinkRecord>(record);
  };
  const readAll = async (query: { pk: string; skPrefix: string }) => {
    const index = await queryAll(store, query);
    const links = await Promise.all(index.map((record) => read(String(record.tokenHash))));
    return links.filter((link) => link !== undefined);
  };

  const createBatch = async (links: readonly LinkRecord[]) => {
    let missing = links;
    await untilCommitted(async () => {
      if (missing.length === 0) return true;
      const result = await store.commit(missing.flatMap((link) => toChanges(link, recordExpiry(clock))));
      if (result.committed) return true;
      const existing = new Set(result.conflicts.map((conflict) => Math.floor(conflict.index / changesPerLink)));
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
    ofMail: (mailId, recipientHash) =>
      readAll({ pk: keys.mail(mailId).pk, skPrefix: recipientHash === undefined ? 'LINK#' : `LINK#${recipientHash}#` }),
    ofRecipient: (recipientHash) => readAll({ pk: linkKeys.recipient(recipientHash, '', '').pk, skPrefix: 'LINK#' }),

    async change(tokenHash, act, decide) {
      const answer = await untilCommitted(async () => {
        const before = await read(tokenHash);
        if (before === undefined) return 'absent' as const;
        const fields = decide(before);
        if (fields === undefined) return { changed: false, before, link: before };
        const { state, linkExpiresAt, blobKey } = before;
        const result = await store.commit([
          {
            type: 'update',
            key: keys.link(tokenHash),
            set: toAttributes(fields),
            when: { matches: { state, linkExpiresAt, blobKey } },
          },
          linkHistoryChange(context, tokenHash, act),
        ]);
        return result.committed ? { changed: true, before, link: { ...before, ...fields } } : undefined;
      });
      return answer === 'absent' ? undefined : answer;
    },

    async history(tokenHash) {
      const records = await queryAll(store, { pk: keys.link(tokenHash).pk, skPrefix: 'H#' });
      return records.map((record) => fromRecord<LinkHistoryItem>(record));
    },
  };
}

/** The link itself, and where it is found from its mail and from its recipient. */
function toChanges(link: LinkRecord, expiresAt: number): Change[] {
  const { tokenHash, mailId, recipientHash, path, createdAt } = link;
  return [
    { type: 'put', record: { ...keys.link(tokenHash), ...toAttributes(link), expiresAt }, when: { is: 'absent' } },
    { type: 'put', record: { ...keys.mailLink(mailId, recipientHash, path), tokenHash, expiresAt } },
    { type: 'put', record: { ...linkKeys.recipient(recipientHash, createdAt, tokenHash), tokenHash, expiresAt } },
  ];
}
