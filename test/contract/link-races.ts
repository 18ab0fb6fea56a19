import { openLink } from '../../shared/links/open-link.ts';
import { hashToken } from '../../shared/mail/link-token.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import { linkRecordsOf } from '../../shared/records/link-records.ts';
import { createIds, systemClock } from '../../shared/runtime/ids.ts';
import { tokenOf } from '../support/sample-link.ts';

interface Look {
  readonly begun: number;
  readonly ended: number;
  readonly isOpen: boolean;
}

export interface RaceResult {
  readonly races: number;
  readonly looks: number;
  /** Looks that began after the withdrawal had been answered and found the link open, or ended before it was asked for and did not. */
  readonly broken: number;
  /** Looks that saw the link open after another look that had ended before saw it closed. */
  readonly backwards: number;
  /** Races in which looks came out both ways. */
  readonly close: number;
}

/** A count that only grows: what begins gets a lower number than what begins after it. */
let tick = 0;
const now = () => ++tick;

/**
 * Withdraws links while they are being opened, `races` times, and checks each history against what a link that changes
 * in one instant between the call and its answer would give (linearizability of one register).
 */
export async function raceRevocations(
  store: RecordStore,
  races: number,
  atOnce: number,
  first = 1_000_000,
): Promise<RaceResult> {
  const { links, verdicts } = linkRecordsOf({ store, clock: systemClock, ids: createIds(systemClock) });
  const total = { races, looks: 0, broken: 0, backwards: 0, close: 0 };
  const race = async (number: number) => {
    const token = tokenOf(first + number);
    await links.create([toLink(token)]);
    const look = async (): Promise<Look> => {
      const begun = now();
      const { kind } = await openLink({ links, verdicts, clock: systemClock }, token);
      return { begun, ended: now(), isOpen: kind === 'file' };
    };
    const revoke = async () => {
      const begun = now();
      await links.change(hashToken(token), { step: 'revoked', by: 'race' }, () => ({ state: 'revoked' }));
      return { begun, ended: now() };
    };
    const early = [look(), look()];
    const revoked = revoke();
    const looks = await Promise.all([...early, look(), look(), revoked.then(look)]);
    const { begun, ended } = await revoked;
    total.looks += looks.length;
    total.broken += looks.filter((one) => (one.begun > ended ? one.isOpen : one.ended < begun && !one.isOpen)).length;
    total.backwards += looks.filter(
      (one) => one.isOpen && looks.some((other) => !other.isOpen && other.ended < one.begun),
    ).length;
    total.close += looks.some(({ isOpen }) => isOpen) && looks.some(({ isOpen }) => !isOpen) ? 1 : 0;
  };
  for (let start = 0; start < races; start += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, races - start) }, (_one, index) => race(start + index)));
  }
  return total;
}

function toLink(token: string) {
  const at = new Date().toISOString();
  return {
    ...{ tokenHash: hashToken(token), mailId: token.slice(0, 20), path: '1', recipientHash: 'r', blobKey: 'files/x' },
    ...{ fileName: 'x', contentType: 'text/plain', sizeBytes: 1, sha256: '0'.repeat(64), createdAt: at },
    ...{ linkExpiresAt: new Date(Date.now() + 86_400_000).toISOString(), state: 'active' as const },
  };
}
