import { keys } from './keys.ts';
import { type RecordContext, untilCommitted } from './repository.ts';

/** How many mails came in one hour. */
export interface ArrivalCounts {
  /**
   * Counts a mail in this hour of the clock and answers its place, from 1; the same mail keeps its place.
   * @param scope what is counted; holds no address
   * @throws TransientMailError `ERR_STORE_CONFLICT` when too many come at one moment
   */
  count(scope: string, mailId: string): Promise<number>;
}

const hourMs = 3_600_000;
/** A count is of no use after its hour; a little longer for clocks that differ. */
const keptSeconds = 2 * 3600;

export function createArrivalCounts({ store, clock }: Pick<RecordContext, 'store' | 'clock'>): ArrivalCounts {
  return {
    async count(scope, mailId) {
      const now = clock.now().getTime();
      const hour = new Date(now - (now % hourMs)).toISOString().slice(0, 13);
      const expiresAt = Math.floor(now / 1000) + keptSeconds;
      const total = keys.arrivalTotal(scope, hour);
      const own = keys.arrivalPlace(scope, hour, mailId);
      return untilCommitted(async () => {
        const known = await store.read(own);
        if (typeof known?.place === 'number') return known.place;
        const before = await store.read(total);
        const place = typeof before?.count === 'number' ? before.count + 1 : 1;
        const { committed } = await store.commit([
          {
            type: 'put',
            record: { ...total, count: place, expiresAt },
            when: before === undefined ? { is: 'absent' } : { matches: { count: place - 1 } },
          },
          { type: 'put', record: { ...own, place, expiresAt }, when: { is: 'absent' } },
        ]);
        return committed ? place : undefined;
      });
    },
  };
}
