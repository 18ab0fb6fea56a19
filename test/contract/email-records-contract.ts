import { afterAll, beforeAll, describe } from 'vitest';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import { describeCounters } from './email-records/counters.ts';
import { describeCrashes } from './email-records/crashes.ts';
import { describeEmails } from './email-records/emails.ts';
import { describeLists } from './email-records/lists.ts';

/** A store on which the process dies at one write; from then on nothing of it works any more. */
export interface DyingStore {
  readonly store: RecordStore;
  /** Places passed so far: two for each write, one before it and one after. */
  passed(): number;
}

export interface OpenedEmailRecords {
  readonly store: RecordStore;
  /** The same data through a process that dies at the `place`-th place. */
  dyingAt(place: number): DyingStore;
  /** How much work the larger tests do; 1 when absent. A stand-in that copies its table at each commit does less. */
  readonly scale?: number;
  /** A store that cannot be reached. */
  readonly unreachable: RecordStore;
  close(): Promise<void>;
}

/** What email records must do on every store. Each test keeps to ids of its own. */
export function describeEmailRecords(name: string, open: () => Promise<OpenedEmailRecords>): void {
  describe(`email records: ${name}`, () => {
    let opened: OpenedEmailRecords;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());
    const get = () => opened;
    describeEmails(get);
    describeCounters(get);
    describeCrashes(get);
    describeLists(get);
  });
}
