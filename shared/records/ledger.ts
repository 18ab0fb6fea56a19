import type { HistoryItem, LedgerEntry, LedgerPart, MailState } from '../contracts/records.ts';
import type { ErrorCode } from '../errors/codes.ts';
import type { Change } from '../ports/record-store.ts';
import { keys } from './keys.ts';
import { listMails, type MailListing } from './mail-listing.ts';
import {
  fromRecord,
  historyChange,
  queryAll,
  type RecordContext,
  recordExpiry,
  toAttributes,
  untilCommitted,
} from './repository.ts';

/** What an end says beside the state. */
export interface MailEnd {
  readonly code?: ErrorCode;
  readonly reason?: string;
}

/** Facts that become known while the mail is under way. */
export type MailFacts = Partial<
  Pick<LedgerEntry, 'from' | 'subject' | 'sizeBytes' | 'recipientCount' | 'partCount' | 'warnings'>
>;

/** The record of every inbound mail; each mail has exactly one final state, and it never changes again by itself. */
export interface Ledger {
  read(mailId: string): Promise<LedgerEntry | undefined>;
  /** Opens the record, or answers the one that another run opened before. */
  begin(entry: LedgerEntry): Promise<LedgerEntry>;
  /**
   * Moves a mail from one of the states `from` to `to`; answers the entry as it is now, and whether this call moved it.
   */
  move(
    mailId: string,
    from: readonly MailState[],
    to: MailState,
    facts?: MailFacts & MailEnd,
  ): Promise<{ readonly moved: boolean; readonly entry: LedgerEntry }>;
  savePart(part: LedgerPart): Promise<void>;
  note(mailId: string, step: string, detail?: string): Promise<void>;
  parts(mailId: string): Promise<LedgerPart[]>;
  history(mailId: string): Promise<HistoryItem[]>;
  /** Newest first. */
  list(listing: MailListing): Promise<LedgerEntry[]>;
}

export function createLedger(context: RecordContext): Ledger {
  const { store, clock } = context;

  const history = (mailId: string, step: string, detail?: string) =>
    historyChange(context, (at, id) => keys.mailHistory(mailId, at, id), step, detail);
  const indexRecord = (entry: LedgerEntry, state: MailState): Change => ({
    type: 'put',
    record: {
      ...keys.mailIndex(state, entry.receivedAt, entry.mailId),
      mailId: entry.mailId,
      expiresAt: recordExpiry(clock),
    },
  });
  const read = async (mailId: string) => {
    const record = await store.read(keys.mail(mailId));
    return record === undefined ? undefined : fromRecord<LedgerEntry>(record);
  };

  return {
    read,
    list: (listing) => listMails(store, clock, listing),

    async begin(entry) {
      return untilCommitted(async () => {
        const result = await store.commit([
          {
            type: 'put',
            record: { ...keys.mail(entry.mailId), ...toAttributes(entry), expiresAt: recordExpiry(clock) },
            when: { is: 'absent' },
          },
          indexRecord(entry, entry.state),
          history(entry.mailId, 'received'),
        ]);
        return result.committed ? entry : read(entry.mailId);
      });
    },

    async move(mailId, from, to, facts = {}) {
      return untilCommitted(async () => {
        const entry = await read(mailId);
        if (entry === undefined) throw new Error(`no ledger entry for mail ${mailId}`);
        if (!from.includes(entry.state)) return { moved: false, entry };
        const changed = { ...facts, state: to, changedAt: clock.now().toISOString() };
        const index: Change[] =
          entry.state === to
            ? []
            : [{ type: 'delete', key: keys.mailIndex(entry.state, entry.receivedAt, mailId) }, indexRecord(entry, to)];
        const result = await store.commit([
          {
            type: 'update',
            key: keys.mail(mailId),
            set: toAttributes(changed),
            when: { matches: { state: entry.state } },
          },
          ...index,
          history(mailId, to, facts.code),
        ]);
        return result.committed ? { moved: true, entry: { ...entry, ...changed } } : undefined;
      });
    },

    async savePart(part) {
      await store.commit([
        {
          type: 'put',
          record: { ...keys.mailPart(part.mailId, part.path), ...toAttributes(part), expiresAt: recordExpiry(clock) },
        },
      ]);
    },

    async note(mailId, step, detail) {
      await store.commit([history(mailId, step, detail)]);
    },

    async parts(mailId) {
      const records = await queryAll(store, { pk: keys.mail(mailId).pk, skPrefix: 'PART#' });
      return records.map((record) => fromRecord<LedgerPart>(record));
    },

    async history(mailId) {
      const records = await queryAll(store, { pk: keys.mail(mailId).pk, skPrefix: 'H#' });
      return records.map((record) => fromRecord<HistoryItem>(record));
    },
  };
}
