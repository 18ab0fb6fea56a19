import { rawRetentionDays } from '../../infra/topology.ts';
import type { StoredRecord } from '../ports/record-store.ts';
import { keys, mailGapPartition, shards } from './keys.ts';
import { fromRecord, queryAll, type RecordContext, toAttributes } from './repository.ts';

/** A raw mail that the ledger knows no end of. */
export interface MailGap {
  readonly mailId: string;
  readonly rawKey: string;
  readonly etag: string;
  readonly sizeBytes: number;
  /** When the raw mail was stored. */
  readonly storedAt: string;
  /** How often its arrival was announced anew. */
  readonly attempts: number;
  /** Nothing is done about it before. */
  readonly nextAt: string;
  /** When operators were told that announcing does not help. */
  readonly toldAt?: string;
  /** Changed by every write: what compare-and-set compares. */
  readonly revision: number;
}

/** The walk over the raw mails: what it has seen, and where it stands. */
export interface ReconcilerPass {
  readonly startedAt: string;
  /** What was stored before was looked at by an earlier pass. */
  readonly seenUntil: string;
  /** The key behind which it goes on; absent at its start. */
  readonly after?: string;
  readonly revision: number;
}

/** What the reconciler keeps between its runs. Every write but a deletion is compare-and-set, so two runs at once do no harm. */
export interface MailGaps {
  readPass(): Promise<ReconcilerPass | undefined>;
  /** Answers false when another run was faster. */
  savePass(before: ReconcilerPass | undefined, after: Omit<ReconcilerPass, 'revision'>): Promise<boolean>;
  /** Keeps a gap, until its raw mail is forgotten; one that is known stays as it is. */
  keep(gap: Omit<MailGap, 'revision'>): Promise<void>;
  /** Answers the gap as it is now, or `undefined` when another run was faster. */
  change(gap: MailGap, fields: Partial<MailGap>): Promise<MailGap | undefined>;
  close(gap: MailGap): Promise<void>;
  /** The gaps of one shard. */
  ofShard(shard: number): Promise<MailGap[]>;
  /** How many gaps operators have been told of and that are still there. */
  toldCount(): Promise<number>;
}

const secondsPerDay = 86_400;

export function createMailGaps({ store }: Pick<RecordContext, 'store'>): MailGaps {
  const ofShard = async (shard: number) => {
    const records = await queryAll(store, { pk: mailGapPartition(shard), limit: 1000 });
    return records.map((record) => fromRecord<MailGap>(record));
  };
  const replace = async (key: { pk: string; sk: string }, revision: number | undefined, record: object) => {
    const when = revision === undefined ? ({ is: 'absent' } as const) : { matches: { revision } };
    const after: StoredRecord = { ...key, ...toAttributes(record), revision: (revision ?? 0) + 1 };
    return (await store.commit([{ type: 'put', record: after, when }])).committed;
  };
  return {
    ofShard,
    async readPass() {
      const record = await store.read(keys.reconcilerPass());
      return record === undefined ? undefined : fromRecord<ReconcilerPass>(record);
    },
    savePass: (before, after) => replace(keys.reconcilerPass(), before?.revision, after),
    async keep(gap) {
      await replace(keys.mailGap(gap.mailId), undefined, { ...gap, expiresAt: expiryOf(gap) });
    },
    async change(gap, fields) {
      const after = { ...gap, ...fields, revision: gap.revision + 1 };
      const isMade = await replace(keys.mailGap(gap.mailId), gap.revision, { ...after, expiresAt: expiryOf(gap) });
      return isMade ? after : undefined;
    },
    async close({ mailId }) {
      await store.commit([{ type: 'delete', key: keys.mailGap(mailId) }]);
    },
    async toldCount() {
      const all = await Promise.all(shards.map(ofShard));
      return all.flat().filter(({ toldAt }) => toldAt !== undefined).length;
    },
  };
}

/** With its raw mail a gap goes away: there is nothing left to announce. */
function expiryOf({ storedAt }: Pick<MailGap, 'storedAt'>): number {
  return Math.floor(Date.parse(storedAt) / 1000) + rawRetentionDays * secondsPerDay;
}
