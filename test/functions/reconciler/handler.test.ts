import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reconciler } from '../../../functions/reconciler/handler.ts';
import { toMailId } from '../../../shared/mail/ids.ts';
import { openPipeline, type Pipeline } from '../../support/pipeline.ts';

const mail = [
  'From: device@example.com',
  'To: capture@in.example.com',
  'Subject: Report',
  '',
  ':Email_Rxers_Code:[ann@example.com]:Email_Rxers_Code:',
  '',
].join('\r\n');

const minutes = 60;
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 300_000 };

let pipeline: Pipeline;
let reconcile: () => Promise<void>;

beforeEach(async () => {
  pipeline = await openPipeline();
  const handler = reconciler(pipeline.platform);
  reconcile = () => handler({}, context);
  await reconcile();
});
afterEach(() => pipeline.close());

/** Runs as the schedule does, every quarter of an hour. */
async function runFor(runs: number): Promise<void> {
  for (let count = 0; count < runs; count += 1) {
    pipeline.clock.advance(15 * minutes);
    await reconcile();
  }
}

const queuedCount = async () => (await pipeline.stores.queues.inbound.depth()).messageCount;
const notices = () => pipeline.stores.readNotices('fallback', 10);
const states = async () => (await pipeline.records.ledger.list({ limit: 10 })).map(({ state }) => state);

describe('reconciler', () => {
  it('has a mail whose event was lost relayed, once', async () => {
    await pipeline.store(mail);
    await runFor(5);
    expect(await queuedCount()).toBe(1);

    await pipeline.drain();
    await runFor(5);
    await pipeline.drain();

    expect([await states(), pipeline.sender.attempts.length, await notices()]).toEqual([['relayed'], 1, []]);
  });

  it('A5 sends nothing twice when the event was only late', async () => {
    await pipeline.arrive(mail);
    await runFor(5);
    expect(await queuedCount()).toBe(2);

    await pipeline.drain();

    expect([await states(), pipeline.sender.attempts.length]).toEqual([['relayed'], 1]);
  });

  it('leaves mail alone that is young, has its end, or waits for an operator', async () => {
    await pipeline.arrive(mail);
    await pipeline.drain();
    const key = await pipeline.store('Subject: stuck\r\n\r\nx\r\n');
    await pipeline.announce(key);
    const [letter] = await pipeline.stores.queues.inbound.receive(1, 0);
    await pipeline.stores.queues.inbound.acknowledge(letter!.receiptHandle);
    const info = await pipeline.platform.raw.head(key);
    await begin(key, info!.etag, 'stuck');
    await runFor(4);
    await pipeline.store(mail);
    await runFor(1);

    expect(await queuedCount()).toBe(0);
  });

  it('A4 takes the object that SES writes when a rule is made for no mail', async () => {
    await pipeline.platform.raw.put('raw/default/AMAZON_SES_SETUP_NOTIFICATION', Buffer.from('hello'));
    await runFor(6);

    expect([await queuedCount(), await notices()]).toEqual([0, []]);
  });

  it('touches nothing that was stored before its first run: it was sent by who knows whom', async () => {
    const older = await openPipeline();
    try {
      await older.store(mail);
      older.clock.advance(60 * minutes);
      const handler = reconciler(older.platform);
      for (let run = 0; run < 6; run += 1) {
        await handler({}, context);
        older.clock.advance(15 * minutes);
      }

      expect((await older.stores.queues.inbound.depth()).messageCount).toBe(0);
    } finally {
      await older.close();
    }
  });

  it('B20 waits for a mail that was begun as long as its queue tries it, then has it tried again', async () => {
    const key = await pipeline.store(mail);
    const info = await pipeline.platform.raw.head(key);
    await begin(key, info!.etag, 'received');
    await runFor(9);
    expect(await queuedCount()).toBe(0);
    await runFor(2);
    expect(await queuedCount()).toBe(1);

    await pipeline.drain();

    expect([await states(), pipeline.sender.attempts.length]).toEqual([['relayed'], 1]);
  });

  it('announces a mail three times at most, then tells the operators once and goes on counting it', async () => {
    const key = await pipeline.store(mail);
    await runFor(40);

    expect(await queuedCount()).toBe(3);
    const told = await notices();
    expect(told.map(({ subject }) => subject)).toEqual(['Lightermail: mails without an end (1)']);
    expect(JSON.parse(told[0]!.message)).toMatchObject({
      type: 'mails.unreconciled',
      count: 1,
      mails: [{ rawKey: key }],
    });
    expect(told[0]!.message).not.toContain('example.com');
    const compared = pipeline.logLines.filter((line) => line.includes('store and ledger compared'));
    expect(JSON.parse(compared.at(-1)!)).toMatchObject({ openCount: 1, announcedCount: 0, checkedCount: 0 });

    await pipeline.drain();
    await runFor(1);

    const last = pipeline.logLines.filter((line) => line.includes('store and ledger compared')).at(-1);
    expect(JSON.parse(last!)).toMatchObject({ openCount: 0 });
    expect(await states()).toEqual(['relayed']);
  });

  it('two runs at once announce a mail once', async () => {
    await pipeline.store(mail);
    await runFor(3);
    pipeline.clock.advance(15 * minutes);
    await Promise.all([reconcile(), reconcile(), reconcile()]);
    await Promise.all([reconcile(), reconcile(), reconcile()]);

    expect(await queuedCount()).toBe(1);
  });
});

async function begin(rawKey: string, etag: string, state: 'received' | 'stuck'): Promise<void> {
  const { platform, records, clock } = pipeline;
  const mailId = toMailId(platform.raw.bucket, rawKey, etag);
  const at = clock.now().toISOString();
  const facts = { routeId: 'default', sizeBytes: 1, receivedAt: at, changedAt: at };
  const none = { recipientCount: 0, partCount: 0, warnings: [] };
  await records.ledger.begin({ mailId, state: 'received', rawBucket: platform.raw.bucket, rawKey, ...facts, ...none });
  if (state === 'stuck') await records.ledger.move(mailId, ['received'], 'stuck');
}
