import type { EmailRecord, EmailState, HistoryItem } from '../contracts/records.ts';
import type { Change, StoredRecord } from '../ports/record-store.ts';
import { type DueEmail, dueChanges, findDue } from './email-due.ts';
import { type EmailCue, type EmailOutbox, toEmailEvent } from './email-outbox.ts';
import { counterChanges, type GroupCounts, isVisible, readGroupCounts } from './group-counts.ts';
import { keys } from './keys.ts';
import {
  fromRecord,
  historyChange,
  queryAll,
  type RecordContext,
  recordExpiry,
  toAttributes,
  untilCommitted,
} from './repository.ts';

export type { DueEmail } from './email-due.ts';

/** What a change of state sets beside the state; `null` takes the field away. */
export type EmailFields = {
  readonly [Name in keyof Omit<EmailRecord, 'emailId' | 'groupId' | 'state' | 'changedAt' | 'revision'>]?:
    | EmailRecord[Name]
    | null
    | undefined;
};

/** What becomes of a record. */
export interface EmailOutcome {
  readonly state: EmailState;
  readonly fields?: EmailFields;
  readonly step?: string;
  /** Goes into the history beside the step; the code of the fields when absent. Holds no address. */
  readonly detail?: string;
  /** What subscribers are told; a change of state tells of itself when absent. */
  readonly cue?: EmailCue;
}

/** A decision on the record as it stands, or `undefined` to leave it alone. */
export type EmailDecision = (email: EmailRecord) => EmailOutcome | undefined;

export interface EmailChange {
  readonly changed: boolean;
  readonly email: EmailRecord;
}

/** The record of every outgoing mail: created once, changed only by compare-and-set. */
export interface Emails {
  read(emailId: string): Promise<EmailRecord | undefined>;
  /** Makes the record, or answers the one that an earlier run made. */
  create(email: EmailRecord): Promise<EmailRecord>;
  /**
   * Decides on the record as it stands and writes the decision if no one else has changed it meanwhile, else decides
   * again. `extra` changes are made in the same commit; answers `undefined` when there is no such email, and
   * `changed: false` when the decision was to leave it or the extra changes met a conflict.
   * @param known the record as it was just read or written: decided on first, which saves the look at the store as long
   *   as no one else has changed it
   */
  change(
    emailId: string,
    decide: EmailDecision,
    extra?: readonly Change[],
    known?: EmailRecord,
  ): Promise<EmailChange | undefined>;
  /** The ids of every email of a group, sent or not. */
  idsOfGroup(groupId: string): Promise<string[]>;
  /** Every email of a group, sent or not. */
  ofGroup(groupId: string): Promise<EmailRecord[]>;
  /** The emails of a group that a transport took over: what callers are told of. */
  sentOfGroup(groupId: string): Promise<EmailRecord[]>;
  /**
   * The counts of a group, kept in the commits that change its emails: they equal the walk over its emails at every
   * moment, and cost the same for ten emails and for a million. `undefined` when nothing of the group was ever sent.
   */
  groupAnalytics(groupId: string): Promise<GroupCounts | undefined>;
  history(emailId: string): Promise<HistoryItem[]>;
  events(emailId: string): Promise<StoredRecord[]>;
  /** Whether the event with this id is recorded. */
  hasEvent(emailId: string, eventId: string): Promise<boolean>;
  /** Emails whose waiting time is over at `now`, oldest first, at most `limit`. */
  due(now: Date, limit: number): Promise<DueEmail[]>;
}

/** @param outbox where changes are put for subscribers, in the same commit; nothing is told without it */
export function createEmails(context: RecordContext, outbox?: EmailOutbox): Emails {
  const { store, clock } = context;

  const read = async (emailId: string) => {
    const record = await store.read(keys.email(emailId));
    return record === undefined ? undefined : fromRecord<EmailRecord>(record);
  };
  const idsOfGroup = async (groupId: string) => {
    const query = { pk: keys.groupMember(groupId, '').pk, skPrefix: 'E#', limit: membersPerPage };
    const members = await queryAll(store, query, Number.POSITIVE_INFINITY);
    return members.map(({ emailId }) => String(emailId));
  };
  const ofGroup = async (groupId: string) => {
    const emails = await inTurn(await idsOfGroup(groupId), read);
    return emails.filter((email) => email !== undefined);
  };

  return {
    read,

    async create(email) {
      return untilCommitted(async () => {
        const expiresAt = recordExpiry(clock);
        const result = await store.commit([
          {
            type: 'put',
            record: { ...keys.email(email.emailId), ...toAttributes(email), expiresAt },
            when: { is: 'absent' },
          },
          {
            type: 'put',
            record: { ...keys.groupMember(email.groupId, email.emailId), emailId: email.emailId, expiresAt },
          },
          emailHistoryChange(context, email.emailId, email.state),
          ...counterChanges(undefined, email, expiresAt),
        ]);
        return result.committed ? email : read(email.emailId);
      });
    },

    async change(emailId, decide, extra = [], known) {
      let first = known;
      const answer = await untilCommitted<EmailChange | 'absent'>(async () => {
        const email = first ?? (await read(emailId));
        const isRead = first === undefined;
        first = undefined;
        if (email === undefined) return 'absent';
        const outcome = decide(email);
        if (outcome !== undefined) return applyOutcome(context, outbox, email, outcome, extra);
        // To leave it alone is decided only on what really stands there.
        return isRead ? { changed: false, email } : undefined;
      });
      return answer === 'absent' ? undefined : answer;
    },

    ofGroup,
    idsOfGroup,
    sentOfGroup: async (groupId) => (await ofGroup(groupId)).filter(isVisible),

    async groupAnalytics(groupId) {
      const counts = await readGroupCounts(store, groupId);
      return counts.total_sent === 0 ? undefined : counts;
    },

    async history(emailId) {
      const records = await queryAll(store, { pk: keys.email(emailId).pk, skPrefix: 'H#' });
      return records.map((record) => fromRecord<HistoryItem>(record));
    },

    hasEvent: async (emailId, eventId) => (await store.read(keys.emailEvent(emailId, eventId))) !== undefined,

    events: (emailId) => queryAll(store, { pk: keys.email(emailId).pk, skPrefix: 'EV#' }),

    due: (now, limit) => findDue(store, now, limit),
  };
}

function emailHistoryChange(context: RecordContext, emailId: string, step: string, detail?: string): Change {
  return historyChange(context, (at, id) => keys.emailHistory(emailId, at, id), step, detail);
}

/** Writes an outcome if nobody has changed the email since it was read; `undefined`: somebody has. */
async function applyOutcome(
  context: RecordContext,
  outbox: EmailOutbox | undefined,
  email: EmailRecord,
  outcome: EmailOutcome,
  extra: readonly Change[],
): Promise<EmailChange | undefined> {
  const { store, clock } = context;
  const { state, fields = {}, step = state } = outcome;
  const changedAt = clock.now().toISOString();
  const after = merge(email, fields, state, changedAt);
  const event = outbox && toEmailEvent(email, after, outcome.cue);
  const result = await store.commit([
    updateChange(email, fields, state, changedAt),
    ...dueChanges(clock, email, fields.dueAt),
    emailHistoryChange(context, email.emailId, step, outcome.detail ?? fields.code ?? undefined),
    ...counterChanges(email, after, recordExpiry(clock)),
    ...(outbox && event ? [outbox.put(event)] : []),
    ...extra,
  ]);
  if (!result.committed) {
    return result.conflicts.some((conflict) => conflict.index !== 0) ? { changed: false, email } : undefined;
  }
  if (outbox && event) await outbox.publish(event);
  return { changed: true, email: after };
}

/** The port's largest page: a group is read in as few requests as can be. */
const membersPerPage = 1_000;
const readsAtOnce = 100;

/** Reads many, some at once: a large group must not open thousands of requests. */
async function inTurn<Item, Result>(items: readonly Item[], read: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += readsAtOnce) {
    results.push(...(await Promise.all(items.slice(start, start + readsAtOnce).map(read))));
  }
  return results;
}

function updateChange(email: EmailRecord, fields: EmailFields, state: EmailState, changedAt: string): Change {
  return {
    type: 'update',
    key: keys.email(email.emailId),
    set: { ...toAttributes(withoutNull(fields)), state, changedAt },
    remove: Object.keys(fields).filter((name) => fields[name as keyof EmailFields] === null),
    add: { revision: 1 },
    when: { matches: { revision: email.revision } },
  };
}

function withoutNull(fields: EmailFields): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function merge(email: EmailRecord, fields: EmailFields, state: EmailState, changedAt: string): EmailRecord {
  const all = Object.entries({ ...email, ...fields, state, changedAt, revision: email.revision + 1 });
  // Built from a record and its own fields: this is the parse edge.
  return Object.fromEntries(all.filter(([, value]) => value !== null && value !== undefined)) as unknown as EmailRecord;
}
