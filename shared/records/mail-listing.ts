import { rawRetentionDays } from '../../infra/topology.ts';
import type { LedgerEntry, MailState } from '../contracts/records.ts';
import type { Clock } from '../ports/platform.ts';
import type { RecordStore, StoredRecord } from '../ports/record-store.ts';
import { keys, mailIndexPartition, shards } from './keys.ts';
import { fromRecord, queryAll } from './repository.ts';

export interface MailListing {
  /** At most this many mails. */
  readonly limit: number;
  /** Only mails in this state. */
  readonly state?: MailState;
  /** Only mails before this place: the `next` of an earlier page. */
  readonly before?: string;
  /** How many queries one page may cost: whole days are looked at, at least one. By default all days are. */
  readonly mostQueries?: number;
}

export interface MailPage {
  /** Newest first. */
  readonly mails: LedgerEntry[];
  /** Present when there may be older ones: give it as `before`. */
  readonly next?: string;
}

const allStates: readonly MailState[] = [
  'received',
  'accepted',
  'stuck',
  'relayed',
  'parked',
  'quarantined',
  'ignored',
];
const dayMs = 86_400_000;
/** The store port's largest page. */
const largestQuery = 1000;

/** Where a page begins: the moment that a mail arrived, with its id, or the start of a day that was looked at. */
export const mailPlace = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?:#[a-z0-9-]{1,64})?$/;

/**
 * The newest mails first, day by day back as far as raw mail is kept. A day costs a query for each state and shard, all
 * at once; whoever pays for each says how many a page may make, and goes on where it ended.
 */
export async function listMails(store: RecordStore, clock: Clock, listing: MailListing): Promise<MailPage> {
  const { limit, before, mostQueries = Number.POSITIVE_INFINITY } = listing;
  const states = listing.state === undefined ? allStates : [listing.state];
  const perDay = states.length * shards.length;
  const last = startOfDay(clock.now().getTime() - rawRetentionDays * dayMs);
  const found: StoredRecord[] = [];
  let day = firstDay(clock, before);
  for (let spent = 0; day >= last && found.length <= limit; day -= dayMs, spent += perDay) {
    if (spent > 0 && spent + perDay > mostQueries) break;
    found.push(...(await indexOfDay(store, states, new Date(day).toISOString(), limit, before)));
  }
  const newest = found.slice(0, limit);
  const records = await Promise.all(newest.map((index) => store.read(keys.mail(String(index.mailId)))));
  const mails = records.filter((record) => record !== undefined).map((record) => fromRecord<LedgerEntry>(record));
  if (found.length > limit) return { mails, next: newest.at(-1)?.sk ?? '' };
  return day >= last ? { mails, next: new Date(day + dayMs).toISOString() } : { mails };
}

async function indexOfDay(
  store: RecordStore,
  states: readonly MailState[],
  at: string,
  limit: number,
  before: string | undefined,
): Promise<StoredRecord[]> {
  // One more than wanted tells whether there are more, and one more in case the bound itself is among them.
  const most = limit + 2;
  const query = {
    limit: Math.min(most, largestQuery),
    descending: true,
    ...(before === undefined ? {} : { skUpTo: before }),
  };
  const found = await Promise.all(
    states.flatMap((state) =>
      shards.map((shard) => queryAll(store, { pk: mailIndexPartition(state, at, shard), ...query }, most)),
    ),
  );
  const ofDay = found.flat().filter(({ sk }) => before === undefined || sk < before);
  return ofDay.sort((a, b) => (a.sk < b.sk ? 1 : -1));
}

const startOfDay = (ms: number) => ms - (ms % dayMs);

/** Today, or the day that a page begins in: the start of a day was looked at, a mail's day may hold more. */
function firstDay(clock: Clock, before: string | undefined): number {
  if (before === undefined) return startOfDay(clock.now().getTime());
  const [at = ''] = before.split('#');
  return startOfDay(Date.parse(at) - (before.includes('#') ? 0 : 1));
}
