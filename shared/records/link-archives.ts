import type { Value } from '../ports/record-store.ts';
import { linkKeys } from './link-keys.ts';
import { fromRecord, type RecordContext, recordExpiry, toAttributes } from './repository.ts';

/** One file of an archive. */
export interface ArchiveEntry {
  readonly blobKey: string;
  readonly fileName: string;
  readonly sizeBytes: number;
}

/** The archive of some files of one mail: what is in it, and how far it is. */
export interface ArchiveRecord {
  readonly mailId: string;
  readonly contentHash: string;
  readonly archiveKey: string;
  readonly state: 'building' | 'ready' | 'failed';
  readonly entries: readonly ArchiveEntry[];
  /** The time that each entry carries: that of the mail, so that the same files give the same archive. */
  readonly madeAt: string;
  readonly keptUntil?: string;
  /** When the state last changed; ISO 8601, UTC. */
  readonly at: string;
}

/** The archives that were asked for, each made once for all who may have the same files. */
export interface LinkArchives {
  read(mailId: string, contentHash: string): Promise<ArchiveRecord | undefined>;
  /** Claims the making; answers `false` when another has begun it and is not overdue. */
  begin(archive: Omit<ArchiveRecord, 'state' | 'at'>): Promise<boolean>;
  end(mailId: string, contentHash: string, state: 'ready' | 'failed'): Promise<void>;
}

/** Longer than the job may run: then it is asked for again. Unit: milliseconds. */
const patienceMs = 20 * 60_000;

export function createLinkArchives({ store, clock }: Pick<RecordContext, 'store' | 'clock'>): LinkArchives {
  const read = async (mailId: string, contentHash: string) => {
    const record = await store.read(linkKeys.archive(mailId, contentHash));
    return record === undefined ? undefined : fromRecord<ArchiveRecord>(record);
  };
  return {
    read,
    async begin(archive) {
      const known = await read(archive.mailId, archive.contentHash);
      const isUnderWay = known?.state === 'building' && clock.now().getTime() - Date.parse(known.at) < patienceMs;
      if (isUnderWay) return false;
      const record = {
        ...linkKeys.archive(archive.mailId, archive.contentHash),
        ...toAttributes(archive),
        // Plain strings and numbers: the store takes them as they are.
        entries: archive.entries as unknown as Value,
        state: 'building',
        at: clock.now().toISOString(),
        expiresAt: recordExpiry(clock),
      };
      const when = known === undefined ? { is: 'absent' as const } : { matches: { state: known.state, at: known.at } };
      return (await store.commit([{ type: 'put', record, when }])).committed;
    },
    async end(mailId, contentHash, state) {
      const key = linkKeys.archive(mailId, contentHash);
      await store.commit([
        { type: 'update', key, set: { state, at: clock.now().toISOString() }, when: { is: 'present' } },
      ]);
    },
  };
}
