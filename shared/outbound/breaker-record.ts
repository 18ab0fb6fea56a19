import type { ErrorCode } from '../errors/codes.ts';
import type { RecordKey, RecordStore } from '../ports/record-store.ts';

/** An open breaker; a closed one has no record. */
export interface BreakerRecord {
  readonly name: string;
  readonly code: ErrorCode;
  readonly openedAt: string;
  /** Until then no mail goes out; the first one after it is the probe. */
  readonly untilAt: string;
  /** Changed by every write: what compare-and-set compares. */
  readonly token: string;
  /** Whether operators were told of this opening. */
  readonly isTold: boolean;
}

function keyOf(name: string): RecordKey {
  return { pk: `BREAKER#${name}`, sk: 'STATE' };
}

export async function readBreaker(store: RecordStore, name: string): Promise<BreakerRecord | undefined> {
  const record = await store.read(keyOf(name));
  if (record === undefined) return undefined;
  const { code, openedAt, untilAt, token } = record;
  return {
    name,
    // This module alone writes these records: the parse edge.
    code: code as ErrorCode,
    openedAt: String(openedAt),
    untilAt: String(untilAt),
    token: String(token),
    isTold: record.isTold === true,
  };
}

/** Writes a breaker in the place of the one that was read, none standing for closed; answers false when it is another by now. */
export async function replaceBreaker(
  store: RecordStore,
  before: BreakerRecord | undefined,
  after: BreakerRecord | undefined,
): Promise<boolean> {
  const name = before?.name ?? after?.name ?? '';
  const key = keyOf(name);
  const when = before === undefined ? ({ is: 'absent' } as const) : { matches: { token: before.token } };
  const result = await store.commit([
    after === undefined ? { type: 'delete', key, when } : { type: 'put', record: { ...key, ...after }, when },
  ]);
  return result.committed;
}
