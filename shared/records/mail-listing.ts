import { rawRetentionDays } from '../../infra/topology.ts';
import type { LedgerEntry, MailState } from '../contracts/records.ts';
import type { Clock } from '../ports/platform.ts';
import type { RecordStore, StoredRecord } from '../ports/record-store.ts';
import { keys, mailIndexPartition, shards } from './keys.ts';
import { fromRecord } from './repository.ts';

export interface MailListing {
  /** At most this many mails; 1 to 500. */
  readonly limit: number;
  /** Only mails in this state. */
  readonly state?: MailState;
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

/** The newest mails first, day by day back as far as raw mail is kept. */
export async function listMails(store: RecordStore, clock: Clock, listing: MailListing): Promise<LedgerEntry[]> {
  const states = listing.state === undefined ? allStates : [listing.state];
  const found: StoredRecord[] = [];
  for (let back = 0; back <= rawRetentionDays && found.length < listing.limit; back += 1) {
    const at = new Date(clock.now().getTime() - back * dayMs).toISOString();
    const pages = await Promise.all(
      states.flatMap((state) =>
        shards.map((shard) =>
          store.query({ pk: mailIndexPartition(state, at, shard), limit: listing.limit, descending: true }),
        ),
      ),
    );
    const ofDay = pages.flatMap((page) => page.records);
    ofDay.sort((a, b) => (a.sk < b.sk ? 1 : -1));
    found.push(...ofDay);
  }
  const newest = found.slice(0, listing.limit);
  const records = await Promise.all(newest.map((index) => store.read(keys.mail(String(index.mailId)))));
  return records.filter((record) => record !== undefined).map((record) => fromRecord<LedgerEntry>(record));
}
