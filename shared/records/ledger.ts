import type { HistoryItem, LedgerEntry, LedgerPart, MailState } from '../contracts/records.ts';
import type { ErrorCode } from '../errors/codes.ts';
import type { Change } from '../ports/record-store.ts';
import { keys } from './keys.ts';
import { listMails, type MailListing, type MailPage } from './mail-listing.ts';
import { isProcessed, type ProcessedOutbox, toProcessedMail } from './processed-outbox.ts';
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
   * A mail that reaches its end is told of.
   * @param parts what became of its files, for those who are told; looked up when absent
   */
  move(
    mailId: string,
    from: readonly MailState[],
    to: MailState,
    facts?: MailFacts & MailEnd,
    parts?: readonly LedgerPart[],
  ): Promise<{ readonly moved: boolean; readonly entry: LedgerEntry }>;
  /**
   * Takes a mail's end back: one that is in a state of `from` is received again, without the code and reason of that
   * end; its history says that it was replayed. Answers whether this call did it.
   * @param detail who has asked for it and why; holds no address
   */
  reopen(mailId: string, from: readonly MailState[], detail: string): Promise<boolean>;
  savePart(part: LedgerPart): Promise<void>;
  note(mailId: string, step: string, detail?: string): Promise<void>;
  parts(mailId: string): Promise<LedgerPart[]>;
  history(mailId: string): Promise<HistoryItem[]>;
  /** Newest first. */
  list(listing: Pick<MailListing, 'limit' | 'state'>): Promise<LedgerEntry[]>;
  /** The same, page by page: for whoever must bound what one page costs. */
  page(listing: MailListing): Promise<MailPage>;
}

/** @param outbox where ends are put for subscribers, in the same commit; nothing is told without it */
export function createLedger(context: RecordContext, outbox?: ProcessedOutbox): Ledger {
  const { store, clock } = context;

  const history = (mailId: string, step: string, detail?: string) => mailHistory(context, mailId, step, detail);
  const read = (mailId: string) => readEntry(context, mailId);

  return {
    read,
    list: async (listing) => (await listMails(store, clock, listing)).mails,
    page: (listing) => listMails(store, clock, listing),

    async begin(entry) {
      return untilCommitted(async () => {
        const result = await store.commit([
          {
            type: 'put',
            record: { ...keys.mail(entry.mailId), ...toAttributes(entry), expiresAt: recordExpiry(clock) },
            when: { is: 'absent' },
          },
          indexRecord(context, entry, entry.state),
          history(entry.mailId, 'received'),
        ]);
        return result.committed ? entry : read(entry.mailId);
      });
    },

    async move(mailId, from, to, facts = {}, parts) {
      return untilCommitted(async () => {
        const entry = await read(mailId);
        if (entry === undefined) throw new Error(`no ledger entry for mail ${mailId}`);
        if (!from.includes(entry.state)) return { moved: false, entry };
        return moveEntry(context, outbox, entry, { to, facts, parts });
      });
    },

    reopen: (mailId, from, detail) => reopen(context, mailId, from, detail),

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

    parts: (mailId) => partsOf(context, mailId),

    async history(mailId) {
      const records = await queryAll(store, { pk: keys.mail(mailId).pk, skPrefix: 'H#' });
      return records.map((record) => fromRecord<HistoryItem>(record));
    },
  };
}

interface Move {
  readonly to: MailState;
  readonly facts: MailFacts & MailEnd;
  readonly parts: readonly LedgerPart[] | undefined;
}

/** Writes a move if nobody has moved the mail since it was read; `undefined`: somebody has. */
async function moveEntry(
  context: RecordContext,
  outbox: ProcessedOutbox | undefined,
  entry: LedgerEntry,
  { to, facts, parts }: Move,
) {
  const changed = { ...facts, state: to, changedAt: context.clock.now().toISOString() };
  const after = { ...entry, ...changed };
  const event = outbox && (await toEvent(context, after, parts));
  const result = await context.store.commit([
    {
      type: 'update',
      key: keys.mail(entry.mailId),
      set: toAttributes(changed),
      when: { matches: { state: entry.state } },
    },
    ...reindex(context, entry, to),
    mailHistory(context, entry.mailId, to, facts.code),
    ...(outbox && event ? [outbox.put(event)] : []),
  ]);
  if (!result.committed) return undefined;
  if (outbox && event) await outbox.publish(event);
  return { moved: true, entry: after };
}

async function partsOf({ store }: RecordContext, mailId: string): Promise<LedgerPart[]> {
  const records = await queryAll(store, { pk: keys.mail(mailId).pk, skPrefix: 'PART#' });
  return records.map((record) => fromRecord<LedgerPart>(record));
}

/** What subscribers are told of a mail as it is now, if anything. Only a relayed mail has parts that became something. */
async function toEvent(context: RecordContext, entry: LedgerEntry, known: readonly LedgerPart[] | undefined) {
  const { mailId, state, partCount } = entry;
  if (!isProcessed(state)) return undefined;
  const parts = state === 'relayed' && partCount > 0 ? (known ?? (await partsOf(context, mailId))) : [];
  return toProcessedMail({ ...entry, state }, parts);
}

async function readEntry({ store }: RecordContext, mailId: string): Promise<LedgerEntry | undefined> {
  const record = await store.read(keys.mail(mailId));
  return record === undefined ? undefined : fromRecord<LedgerEntry>(record);
}

function mailHistory(context: RecordContext, mailId: string, step: string, detail?: string): Change {
  return historyChange(context, (at, id) => keys.mailHistory(mailId, at, id), step, detail);
}

function indexRecord({ clock }: RecordContext, entry: LedgerEntry, state: MailState): Change {
  const key = keys.mailIndex(state, entry.receivedAt, entry.mailId);
  return { type: 'put', record: { ...key, mailId: entry.mailId, expiresAt: recordExpiry(clock) } };
}

/** The listing by state follows the state. */
function reindex(context: RecordContext, entry: LedgerEntry, to: MailState): Change[] {
  if (entry.state === to) return [];
  return [
    { type: 'delete', key: keys.mailIndex(entry.state, entry.receivedAt, entry.mailId) },
    indexRecord(context, entry, to),
  ];
}

function reopen(context: RecordContext, mailId: string, from: readonly MailState[], detail: string): Promise<boolean> {
  const { store, clock } = context;
  return untilCommitted(async () => {
    const entry = await readEntry(context, mailId);
    if (entry === undefined || !from.includes(entry.state)) return false;
    const result = await store.commit([
      {
        type: 'update',
        key: keys.mail(mailId),
        set: { state: 'received', changedAt: clock.now().toISOString() },
        remove: ['code', 'reason'],
        when: { matches: { state: entry.state } },
      },
      ...reindex(context, entry, 'received'),
      mailHistory(context, mailId, 'replayed', detail),
    ]);
    return result.committed ? true : undefined;
  });
}
