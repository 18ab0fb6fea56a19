import { afterAll, beforeAll, describe } from 'vitest';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import { describeAtomicity } from './record-store/atomicity.ts';
import { describeConditions } from './record-store/conditions.ts';
import { describeQueries } from './record-store/queries.ts';
import { describeUpdates } from './record-store/updates.ts';

export interface OpenedRecordStore {
  readonly store: RecordStore;
  close(): Promise<void>;
}

/**
 * What every record store must do. The store may hold other items: each test keeps to partition keys of its own.
 * Hiding expired items is no part of it, since that needs a clock of the adapter's own tests.
 */
export function describeRecordStore(name: string, open: () => Promise<OpenedRecordStore>): void {
  describe(`record store: ${name}`, () => {
    let opened: OpenedRecordStore;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());
    const store = (): RecordStore => opened.store;
    describeUpdates(store);
    describeConditions(store);
    describeAtomicity(store);
    describeQueries(store);
  });
}
