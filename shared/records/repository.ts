import { recordRetentionDays } from '../../infra/topology.ts';
import { TransientMailError } from '../errors/mail-error.ts';
import type { Clock, Ids } from '../ports/platform.ts';
import type { Change, Page, RecordKey, RecordQuery, RecordStore, StoredRecord, Value } from '../ports/record-store.ts';

/** What every repository stands on. */
export interface RecordContext {
  readonly store: RecordStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

const secondsPerDay = 86_400;

/** The time to live of a record written now; unit: seconds since 1970. */
export function recordExpiry(clock: Clock): number {
  return Math.floor(clock.now().getTime() / 1000) + recordRetentionDays * secondsPerDay;
}

/** The attributes of a stored record without its keys, as the type that was put there. */
export function fromRecord<Type>(record: StoredRecord): Type {
  const { pk: _pk, sk: _sk, expiresAt: _expiresAt, ...rest } = record;
  // The store gives back what these repositories alone have written: this is the parse edge.
  return rest as unknown as Type;
}

/** An object as attributes: what is undefined is left out. */
export function toAttributes(object: object): Record<string, Value> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** Every record of a query, page after page, up to `most`. */
export async function queryAll(store: RecordStore, query: RecordQuery, most = 10_000): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  let cursor: string | undefined;
  do {
    const page: Page = await store.query(cursor === undefined ? query : { ...query, cursor });
    records.push(...page.records);
    cursor = page.cursor;
  } while (cursor !== undefined && records.length < most);
  return records;
}

const maxTries = 8;

/**
 * Runs a read-and-commit until it wins. `attempt` answers `undefined` when another writer was faster.
 * @throws TransientMailError `ERR_STORE_CONFLICT` after eight lost races
 */
export async function untilCommitted<Result>(attempt: () => Promise<Result | undefined>): Promise<Result> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new TransientMailError('ERR_STORE_CONFLICT', `lost ${maxTries} races for one record`);
}

/** One more line of a history, under the key that `keyOf` makes of its time and id. */
export function historyChange(
  { clock, ids }: RecordContext,
  keyOf: (at: string, id: string) => RecordKey,
  step: string,
  detail?: string,
): Change {
  const at = clock.now().toISOString();
  const record = { ...keyOf(at, ids.next()), ...toAttributes({ at, step, detail }), expiresAt: recordExpiry(clock) };
  return { type: 'put', record };
}
