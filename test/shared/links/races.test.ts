import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../shared/runtime/ids.ts';
import { raceRevocations } from '../../contract/link-races.ts';
import { openTemporaryStores } from '../../support/temporary-stores.ts';

const races = Number(process.env.LIGHTERMAIL_RACES ?? 500);
const stores = await openTemporaryStores(systemClock);
afterAll(() => stores.close());

describe('withdrawing a link while it is opened', () => {
  it(`E5 is linearizable on SQLite, in ${races} races`, { timeout: 300_000 }, async () => {
    const result = await raceRevocations(stores.store, races, 50);

    expect(result).toMatchObject({ races, looks: 5 * races, broken: 0, backwards: 0 });
    expect(result.close).toBeGreaterThan(races / 2);
  });
});
