import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalStores } from '../../../shared/adapters/local/open-local-stores.ts';
import type { LedgerEntry } from '../../../shared/contracts/records.ts';
import type { RecordQuery } from '../../../shared/ports/record-store.ts';
import { createIds } from '../../../shared/runtime/ids.ts';
import { type Records, recordsOf } from '../../../shared/runtime/records.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { openTemporaryStores } from '../../support/temporary-stores.ts';

let clock: ManualClock;
let stores: LocalStores;
let records: Records;

beforeEach(async () => {
  clock = createManualClock();
  stores = await openTemporaryStores(clock);
  records = recordsOf({ store: stores.store, clock, ids: createIds(clock) });
});
afterEach(() => stores.close());

const entryOf = (mailId: string): LedgerEntry => ({
  mailId,
  state: 'received',
  routeId: 'default',
  rawBucket: 'raw',
  rawKey: `raw/default/${mailId}`,
  sizeBytes: 1,
  receivedAt: clock.now().toISOString(),
  changedAt: clock.now().toISOString(),
  recipientCount: 0,
  partCount: 0,
  warnings: [],
});

describe('ledger', () => {
  it('opens one entry for many runs', async () => {
    await records.ledger.begin(entryOf('m1'));
    await records.ledger.move('m1', ['received'], 'accepted');
    const again = await records.ledger.begin(entryOf('m1'));
    expect(again.state).toBe('accepted');
  });

  it('gives a mail exactly one end, whoever comes first', async () => {
    await records.ledger.begin(entryOf('m1'));
    const moves = await Promise.all([
      records.ledger.move('m1', ['received'], 'relayed'),
      records.ledger.move('m1', ['received'], 'parked', { code: 'ERR_PARSE' }),
      records.ledger.move('m1', ['received'], 'ignored'),
    ]);
    expect(moves.filter(({ moved }) => moved)).toHaveLength(1);
    const after = await records.ledger.move('m1', ['received', 'accepted'], 'parked');
    expect(after.moved).toBe(false);
  });

  it('lists the newest mails first, over days, in the state they are in now', async () => {
    for (const mailId of ['old', 'middle', 'new']) {
      await records.ledger.begin(entryOf(mailId));
      clock.advance(86_400);
    }
    await records.ledger.move('middle', ['received'], 'parked', { code: 'ERR_EMPTY' });
    const all = await records.ledger.list({ limit: 10 });
    expect(all.map(({ mailId }) => mailId)).toEqual(['new', 'middle', 'old']);
    const parked = await records.ledger.list({ limit: 10, state: 'parked' });
    expect(parked.map(({ mailId, code }) => [mailId, code])).toEqual([['middle', 'ERR_EMPTY']]);
    expect(await records.ledger.list({ limit: 2 })).toHaveLength(2);
  });

  it('gives every mail once, page by page, whatever a page may hold and cost', async () => {
    for (const mailId of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
      await records.ledger.begin(entryOf(mailId));
      if (mailId !== 'b' && mailId !== 'c') clock.advance(40_000);
      if (mailId === 'e') await records.ledger.move('e', ['received'], 'ignored');
    }
    const all = (await records.ledger.list({ limit: 10 })).map(({ mailId }) => mailId);
    expect(all).toHaveLength(7);
    for (const [limit, mostQueries] of [
      [1, 1],
      [2, 112],
      [3, 224],
      [7, 400],
      [10, 1],
    ] as const) {
      const found: string[] = [];
      let before: string | undefined;
      do {
        const page = await records.ledger.page({ limit, mostQueries, ...(before === undefined ? {} : { before }) });
        expect(page.mails.length).toBeLessThanOrEqual(limit);
        found.push(...page.mails.map(({ mailId }) => mailId));
        before = page.next;
      } while (before !== undefined);
      expect(found).toEqual(all);
    }
  });

  it('costs no more queries a page than were allowed, and an empty day is not the end', async () => {
    await records.ledger.begin(entryOf('old'));
    clock.advance(3 * 86_400);
    let queryCount = 0;
    const store = {
      ...stores.store,
      query: (query: RecordQuery) => {
        queryCount += 1;
        return stores.store.query(query);
      },
    };
    const { ledger } = recordsOf({ store, clock, ids: createIds(clock) });
    const first = await ledger.page({ limit: 10, state: 'received', mostQueries: 32 });
    expect([queryCount, first.mails]).toEqual([32, []]);
    const second = await ledger.page({ limit: 10, state: 'received', mostQueries: 32, before: first.next! });
    expect([queryCount, second.mails.map(({ mailId }) => mailId)]).toEqual([64, ['old']]);
  });

  it('tells the way of a mail in order', async () => {
    await records.ledger.begin(entryOf('m1'));
    clock.advance(1);
    await records.ledger.move('m1', ['received'], 'accepted');
    clock.advance(1);
    await records.ledger.move('m1', ['accepted'], 'relayed');
    const steps = (await records.ledger.history('m1')).map(({ step }) => step);
    expect(steps).toEqual(['received', 'accepted', 'relayed']);
  });
});

describe('links', () => {
  const linkOf = (tokenHash: string, state: 'active' | 'revoked' = 'active') => ({
    tokenHash,
    mailId: 'm1',
    path: '2',
    recipientHash: tokenHash,
    blobKey: 'files/m1/2',
    fileName: 'a.pdf',
    contentType: 'application/pdf',
    sizeBytes: 1,
    sha256: 'x',
    createdAt: clock.now().toISOString(),
    linkExpiresAt: clock.now().toISOString(),
    state,
  });

  it('a second run neither doubles a link nor revives a revoked one', async () => {
    await records.links.create([linkOf('t0', 'revoked')]);
    const many = Array.from({ length: 120 }, (_, index) => linkOf(`t${index}`));
    await records.links.create(many);
    await records.links.create(many);
    expect(await records.links.ofMail('m1')).toHaveLength(120);
    expect((await records.links.read('t0'))?.state).toBe('revoked');
  });
});

describe('emails', () => {
  it('B17 of 50 changes at once each is made exactly once', async () => {
    const at = clock.now().toISOString();
    await records.emails.create({
      emailId: 'e1',
      groupId: 'with/slash',
      state: 'queued',
      mailFrom: 'f@example.com',
      rcptTo: 't@example.com',
      subject: 's',
      mimeKey: 'mime/e1',
      sizeBytes: 1,
      intact: false,
      attempts: 0,
      revision: 0,
      possibleDuplicate: false,
      createdAt: at,
      changedAt: at,
    });
    const change = () =>
      records.emails.change('e1', (email) => ({ state: email.state, fields: { attempts: email.attempts + 1 } }));
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, change));
    const made = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect((await records.emails.read('e1'))?.attempts).toBe(made);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    }
    expect(await records.emails.ofGroup('with/slash')).toHaveLength(1);
  });
});
