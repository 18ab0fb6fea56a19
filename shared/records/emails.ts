import type { EmailRecord, EmailState, HistoryItem } from '../contracts/records.ts';
import type { Clock } from '../ports/platform.ts';
import type { Change, RecordStore, StoredRecord } from '../ports/record-store.ts';
import { duePartition, keys, shards } from './keys.ts';
import {
  fromRecord,
  historyChange,
  queryAll,
  type RecordContext,
  recordExpiry,
  toAttributes,
  untilCommitted,
} from './repository.ts';

/** What a change of state sets beside the state; `null` takes the field away. */
export type EmailFields = {
  readonly [Name in keyof Omit<EmailRecord, 'emailId' | 'groupId' | 'state' | 'changedAt' | 'revision'>]?:
    | EmailRecord[Name]
    | null
    | undefined;
};

/** A decision on the record as it stands: the new state and fields, or `undefined` to leave it alone. */
export type EmailDecision = (
  email: EmailRecord,
) => { readonly state: EmailState; readonly fields?: EmailFields; readonly step?: string } | undefined;

export interface EmailChange {
  readonly changed: boolean;
  readonly email: EmailRecord;
}

/** An email whose waiting time is over. */
export interface DueEmail {
  readonly emailId: string;
  readonly dueAt: string;
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
   */
  change(emailId: string, decide: EmailDecision, extra?: readonly Change[]): Promise<EmailChange | undefined>;
  ofGroup(groupId: string): Promise<EmailRecord[]>;
  history(emailId: string): Promise<HistoryItem[]>;
  events(emailId: string): Promise<StoredRecord[]>;
  /** Emails whose waiting time is over at `now`, oldest first, at most `limit`. */
  due(now: Date, limit: number): Promise<DueEmail[]>;
}

export function createEmails(context: RecordContext): Emails {
  const { store, clock } = context;

  const read = async (emailId: string) => {
    const record = await store.read(keys.email(emailId));
    return record === undefined ? undefined : fromRecord<EmailRecord>(record);
  };
  const history = (emailId: string, step: string, detail?: string) =>
    historyChange(context, (at, id) => keys.emailHistory(emailId, at, id), step, detail);

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
          history(email.emailId, email.state),
        ]);
        return result.committed ? email : read(email.emailId);
      });
    },

    async change(emailId, decide, extra = []) {
      const answer = await untilCommitted<EmailChange | 'absent'>(async () => {
        const email = await read(emailId);
        if (email === undefined) return 'absent';
        const decision = decide(email);
        if (decision === undefined) return { changed: false, email };
        const fields = decision.fields ?? {};
        const changedAt = clock.now().toISOString();
        const result = await store.commit([
          {
            type: 'update',
            key: keys.email(emailId),
            set: { ...toAttributes(withoutNull(fields)), state: decision.state, changedAt },
            remove: Object.keys(fields).filter((name) => fields[name as keyof EmailFields] === null),
            add: { revision: 1 },
            when: { matches: { revision: email.revision } },
          },
          ...dueChanges(clock, email, fields.dueAt),
          history(emailId, decision.step ?? decision.state, fields.code ?? undefined),
          ...extra,
        ]);
        if (result.committed) return { changed: true, email: merge(email, fields, decision.state, changedAt) };
        return result.conflicts.some((conflict) => conflict.index !== 0) ? { changed: false, email } : undefined;
      });
      return answer === 'absent' ? undefined : answer;
    },

    async ofGroup(groupId) {
      const members = await queryAll(store, { pk: keys.groupMember(groupId, '').pk, skPrefix: 'E#' });
      const emails = await Promise.all(members.map((member) => read(String(member.emailId))));
      return emails.filter((email) => email !== undefined);
    },

    async history(emailId) {
      const records = await queryAll(store, { pk: keys.email(emailId).pk, skPrefix: 'H#' });
      return records.map((record) => fromRecord<HistoryItem>(record));
    },

    events: (emailId) => queryAll(store, { pk: keys.email(emailId).pk, skPrefix: 'EV#' }),

    due: (now, limit) => findDue(store, now, limit),
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

/** The due index follows `dueAt`: unchanged, moved, or taken away with it. */
function dueChanges(clock: Clock, email: EmailRecord, dueAt: string | null | undefined): Change[] {
  if (dueAt === undefined || dueAt === email.dueAt) return [];
  const changes: Change[] = [];
  if (email.dueAt !== undefined) changes.push({ type: 'delete', key: keys.due(email.dueAt, email.emailId) });
  if (dueAt !== null) {
    const key = keys.due(dueAt, email.emailId);
    changes.push({ type: 'put', record: { ...key, emailId: email.emailId, expiresAt: recordExpiry(clock) } });
  }
  return changes;
}

async function findDue(store: RecordStore, now: Date, limit: number): Promise<DueEmail[]> {
  const skUpTo = `${now.toISOString()}~`;
  const pages = await Promise.all(shards.map((shard) => store.query({ pk: duePartition(shard), skUpTo, limit })));
  const records = pages.flatMap((page) => page.records);
  records.sort((a, b) => (a.sk < b.sk ? -1 : 1));
  return records
    .slice(0, limit)
    .map((record) => ({ emailId: String(record.emailId), dueAt: record.sk.slice(0, record.sk.indexOf('#')) }));
}
