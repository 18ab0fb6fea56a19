import type { Verdict } from '../contracts/records.ts';
import { linkKeys } from './link-keys.ts';
import { fromRecord, type RecordContext, recordExpiry, untilCommitted } from './repository.ts';

export interface VerdictRecord {
  readonly verdict: Verdict;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Which scanner said so. */
  readonly by?: string;
}

/** What scanners said of bytes, by their SHA-256: one bad verdict closes every link to them, now and later. */
export interface LinkVerdicts {
  read(sha256: string): Promise<VerdictRecord | undefined>;
  /** Notes that a verdict is waited for; answers whether this call was the first, or the last wait is over. */
  begin(sha256: string): Promise<boolean>;
  /** Sets a verdict. `infected` is final: no later scan makes such bytes clean. */
  set(sha256: string, verdict: Exclude<Verdict, 'pending'>, by: string): Promise<void>;
}

/** A scan that has not answered by then is asked for again. Unit: milliseconds. */
const patienceMs = 300_000;

export function createLinkVerdicts({ store, clock }: Pick<RecordContext, 'store' | 'clock'>): LinkVerdicts {
  const read = async (sha256: string) => {
    const record = await store.read(linkKeys.verdict(sha256));
    return record === undefined ? undefined : fromRecord<VerdictRecord>(record);
  };
  const record = (sha256: string, verdict: Verdict, by?: string) => ({
    ...linkKeys.verdict(sha256),
    verdict,
    at: clock.now().toISOString(),
    ...(by === undefined ? {} : { by }),
    expiresAt: recordExpiry(clock),
  });

  return {
    read,
    async begin(sha256) {
      const known = await read(sha256);
      if (known !== undefined && known.verdict !== 'pending') return false;
      if (known !== undefined && clock.now().getTime() - Date.parse(known.at) < patienceMs) return false;
      const result = await store.commit([
        {
          type: 'put',
          record: record(sha256, 'pending'),
          when: known === undefined ? { is: 'absent' } : { matches: { verdict: 'pending', at: known.at } },
        },
      ]);
      return result.committed;
    },
    async set(sha256, verdict, by) {
      await untilCommitted(async () => {
        const known = await read(sha256);
        if (known?.verdict === 'infected') return true;
        const when = known === undefined ? { is: 'absent' as const } : { matches: { verdict: known.verdict } };
        const result = await store.commit([{ type: 'put', record: record(sha256, verdict, by), when }]);
        return result.committed ? true : undefined;
      });
    },
  };
}
