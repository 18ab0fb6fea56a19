import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalStores } from '../../../shared/adapters/local/open-local-stores.ts';
import { mostListedParts, type ProcessedMail, processedMailSchema } from '../../../shared/contracts/processed-mail.ts';
import type { LedgerEntry, LedgerPart } from '../../../shared/contracts/records.ts';
import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import { processedMailTopic } from '../../../shared/records/processed-mail-topic.ts';
import { createIds } from '../../../shared/runtime/ids.ts';
import { recordsOf } from '../../../shared/runtime/records.ts';
import { dyingStore } from '../../contract/email-records/dying-store.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { openTemporaryStores } from '../../support/temporary-stores.ts';

let clock: ManualClock;
let stores: LocalStores;
let told: ProcessedMail[];
let fault: Error | undefined;

beforeEach(async () => {
  clock = createManualClock();
  stores = await openTemporaryStores(clock);
  told = [];
  fault = undefined;
});
afterEach(() => stores.close());

const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };
const sink = {
  publish: async (event: ProcessedMail) => {
    if (fault !== undefined) throw fault;
    told.push(processedMailSchema.parse(event));
  },
};

function open(store = stores.store, processedMails = sink) {
  const records = recordsOf({ store, clock, ids: createIds(clock), log, processedMails });
  if (records.processedOutbox === undefined) throw new Error('no outbox');
  return { ledger: records.ledger, outbox: records.processedOutbox };
}

const entry = (mailId = 'm1'): LedgerEntry => ({
  mailId,
  state: 'received',
  routeId: 'default',
  rawBucket: 'raw',
  rawKey: `raw/default/${mailId}`,
  sizeBytes: 1234,
  receivedAt: clock.now().toISOString(),
  changedAt: clock.now().toISOString(),
  recipientCount: 0,
  partCount: 0,
  warnings: [],
});

const part = (path: string): LedgerPart => ({
  mailId: 'm1',
  path,
  fileName: 'Salary of Ann.pdf',
  contentType: 'application/pdf',
  sizeBytes: 7,
  sha256: 'a'.repeat(64),
  fate: 'offloaded',
  reason: 'file',
  blobKey: `files/m1/${path}`,
});

async function accept({ ledger }: ReturnType<typeof open>, partCount: number): Promise<void> {
  await ledger.begin(entry());
  const facts = { from: 'device@example.com', subject: 'Salary', recipientCount: 2, partCount };
  await ledger.move('m1', ['received'], 'accepted', facts);
}

describe('ends out', () => {
  it('a relayed mail is told once, with its parts, and without an address, a subject or a file name', async () => {
    const desk = open();
    await accept(desk, 1);
    expect(told).toEqual([]);
    clock.advance(3);
    const parts = [part('2')];
    await desk.ledger.move('m1', ['accepted'], 'relayed', {}, parts);
    await desk.ledger.move('m1', ['accepted'], 'relayed', {}, parts);

    expect(told).toEqual([
      {
        v: 1,
        event_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        mail_id: 'm1',
        group_id: 'm1',
        route_id: 'default',
        state: 'relayed',
        at: clock.now().toISOString(),
        received_at: expect.stringMatching(/Z$/),
        bytes: 1234,
        recipients: 2,
        part_count: 1,
        parts: [{ path: '2', bytes: 7, sha256: 'a'.repeat(64), fate: 'offloaded' }],
      },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/@|Salary/);
    await desk.outbox.settle();
    clock.advance(61);
    expect(await desk.outbox.sweep()).toBe(0);
  });

  it('the parts are looked up where an earlier run saved them, and the first 500 are listed', async () => {
    const desk = open();
    await accept(desk, mostListedParts + 1);
    for (let index = 0; index <= mostListedParts; index += 1) await desk.ledger.savePart(part(`2.${index}`));
    await desk.ledger.move('m1', ['accepted'], 'relayed');
    expect([told[0]?.part_count, told[0]?.parts.length]).toEqual([mostListedParts + 1, mostListedParts]);
    expect(Buffer.byteLength(JSON.stringify(told[0]))).toBeLessThan(100_000);
  });

  it.each([['parked', 'ERR_EMPTY'] as const, ['quarantined', 'ERR_SPAM'] as const, ['ignored', 'ERR_LOOP'] as const])(
    'a mail that is %s is told with its code',
    async (state, code) => {
      const { ledger } = open();
      await ledger.begin(entry());
      await ledger.move('m1', ['received'], state, { code, partCount: 3 });
      expect(told).toMatchObject([{ state, code, recipients: 0, part_count: 3, parts: [] }]);
    },
  );

  it('a mail that is under way or stuck is not told of', async () => {
    const desk = open();
    await accept(desk, 0);
    await desk.ledger.move('m1', ['accepted'], 'stuck');
    expect(told).toEqual([]);
  });

  it('H16 what the topic does not take waits, and is told later under the same id', async () => {
    const desk = open();
    await accept(desk, 0);
    fault = new TransientMailError('ERR_TOPIC_UNAVAILABLE', 'down');
    expect(await desk.ledger.move('m1', ['accepted'], 'relayed')).toMatchObject({ moved: true });
    fault = undefined;
    expect(await desk.outbox.sweep()).toBe(0);
    clock.advance(61);
    expect(await desk.outbox.sweep()).toBe(1);
    expect(told).toMatchObject([{ mail_id: 'm1', state: 'relayed' }]);
    expect(await desk.outbox.sweep()).toBe(0);
  });

  it('a crash between the commit and its telling loses no end', async () => {
    await accept(open(), 0);
    await open(dyingStore(stores.store, 2).store).ledger.move('m1', ['accepted'], 'relayed').catch(silent);
    expect(told).toEqual([]);
    expect(await open().ledger.read('m1')).toMatchObject({ state: 'relayed' });
    clock.advance(61);
    expect(await open().outbox.sweep()).toBe(1);
    expect(told).toMatchObject([{ state: 'relayed' }]);
  });

  it('a mail that is processed again after a repair is told again, under another id', async () => {
    const { ledger } = open();
    await ledger.begin(entry());
    await ledger.move('m1', ['received'], 'parked', { code: 'ERR_EMPTY' });
    await ledger.reopen('m1', ['parked'], 'operator');
    clock.advance(1);
    await ledger.move('m1', ['received'], 'parked', { code: 'ERR_EMPTY' });
    expect(new Set(told.map(({ event_id }) => event_id)).size).toBe(2);
  });

  it('goes to the topic with state and route as attributes', async () => {
    const { ledger } = open(stores.store, processedMailTopic(stores.topics.processed));
    await ledger.begin(entry());
    await ledger.move('m1', ['received'], 'ignored', { code: 'ERR_LOOP' });
    const [notice] = await stores.readNotices('processed', 10);
    expect(notice).toMatchObject({ attributes: { state: 'ignored', route: 'default' } });
    expect(processedMailSchema.parse(JSON.parse(notice?.message ?? ''))).toMatchObject({ mail_id: 'm1' });
  });
});
