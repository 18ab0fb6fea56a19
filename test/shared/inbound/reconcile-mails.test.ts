import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalStores } from '../../../shared/adapters/local/open-local-stores.ts';
import { reconcileMails } from '../../../shared/inbound/reconcile-mails.ts';
import type { ReconcilePorts } from '../../../shared/inbound/reconcile-ports.ts';
import type { ListOptions } from '../../../shared/ports/blob-store.ts';
import { createMailGaps } from '../../../shared/records/mail-gaps.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { openTemporaryStores } from '../../support/temporary-stores.ts';

const mailCount = 2500;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let clock: ManualClock;
let stores: LocalStores;
let asked: ListOptions[];

beforeEach(async () => {
  clock = createManualClock();
  stores = await openTemporaryStores(clock);
  asked = [];
});
afterEach(() => stores.close());

/** A store of many mails that all have their end. */
function portsOver(storedAt: Date): ReconcilePorts {
  const keys = Array.from({ length: mailCount }, (_, index) => `raw/default/${String(index).padStart(6, '0')}`);
  return {
    raw: {
      bucket: 'raw',
      async list(options) {
        asked.push(options);
        const { after = '', limit } = options;
        const blobs = keys.filter((key) => key > after).slice(0, limit);
        const page = blobs.map((key) => ({ key, etag: 'e', sizeBytes: 1, modifiedAt: storedAt }));
        const last = blobs.at(-1);
        return last === undefined || last === keys.at(-1) ? { blobs: page } : { blobs: page, next: last };
      },
    },
    ledger: {
      read: async (mailId) => ({
        ...{ mailId, state: 'relayed', routeId: 'default', rawBucket: 'raw', rawKey: '', sizeBytes: 1 },
        ...{ receivedAt: '', changedAt: '', recipientCount: 1, partCount: 0, warnings: [] },
      }),
    },
    gaps: createMailGaps({ store: stores.store }),
    inboundQueue: stores.queues.inbound,
    fallbackTopic: stores.topics.fallback,
    clock,
    log: quiet,
    settings: { rawPrefix: 'raw/' },
  };
}

/** Lets the gaps be looked after, and so many pages be read. */
function pages(count: number): () => boolean {
  let left = 16 + count;
  return () => {
    left -= 1;
    return left >= 0;
  };
}

describe('reconcileMails', () => {
  it('goes on where the last run had to end, and looks up each mail once', async () => {
    const ports = portsOver(new Date(clock.now().getTime() + 1000));
    await reconcileMails(ports, pages(9));
    clock.advance(3600);
    await reconcileMails(ports, pages(9));
    asked = [];

    const checked: number[] = [];
    for (let run = 0; run < 4; run += 1) {
      clock.advance(900);
      checked.push((await reconcileMails(ports, pages(1))).checkedCount);
    }

    expect(asked.map(({ after }) => after)).toEqual([undefined, 'raw/default/000999', 'raw/default/001999', undefined]);
    expect(checked).toEqual([1000, 1000, 500, 0]);
  });

  it('reads no page when there is no time for one', async () => {
    const ports = portsOver(clock.now());
    await reconcileMails(ports, pages(9));
    await reconcileMails(ports, () => false);

    expect(asked).toEqual([]);
  });
});
