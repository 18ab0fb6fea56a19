import { systemClock } from '../../../shared/runtime/ids.ts';
import { dyingStore } from '../../contract/email-records/dying-store.ts';
import { describeEmailRecords } from '../../contract/email-records-contract.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { openTemporaryStores } from '../../support/temporary-stores.ts';

describeEmailRecords('SQLite', async () => {
  const stores = await openTemporaryStores(createManualClock('2026-05-01T10:00:00.000Z'));
  const closed = await openTemporaryStores(systemClock);
  await closed.close();
  return {
    store: stores.store,
    dyingAt: (place) => dyingStore(stores.store, place),
    unreachable: closed.store,
    close: () => stores.close(),
  };
});
