import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { reconciler } from '../../functions/reconciler/handler.ts';
import { PermanentMailError, TransientMailError } from '../../shared/errors/mail-error.ts';
import { createMetricCounts } from '../../shared/runtime/metric-counts.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

const mail = readFileSync(join(import.meta.dirname, '../../events/mail/two-attachments-one-name.eml'));
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 300_000 };

let pipeline: Pipeline;
afterEach(() => pipeline.close());

async function open() {
  const metrics = createMetricCounts();
  pipeline = await openPipeline([{}], { metrics });
  const counts = () =>
    Object.fromEntries(
      metrics.counts().map(({ name, by, total }) => [[name, ...Object.values(by)].join(' '), total] as const),
    );
  return { counts };
}

describe('what is counted', () => {
  it('is each end once, however often its event comes', async () => {
    const { counts } = await open();
    const key = await pipeline.arrive(mail);
    await pipeline.drain();
    await pipeline.announce(key);
    await pipeline.drain();
    await pipeline.arrive('Subject: no recipients\r\n\r\nnone\r\n');
    await pipeline.drain();
    const [entry] = await pipeline.records.ledger.list({ limit: 1, state: 'relayed' });
    const parts = await pipeline.records.ledger.parts(entry!.mailId);

    expect(counts()).toEqual({
      'mails relayed none': 1,
      'mails parked ERR_NO_RECIPIENTS': 1,
      'emails sent': 2,
      offloadedBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    });
  });

  it('is every record that is handed back, given up or refused, by its queue', async () => {
    const { counts } = await open();
    await pipeline.arrive(mail);
    pipeline.sender.faults.push(new PermanentMailError('ERR_SEND_REJECTED', 'no'));
    pipeline.sender.faults.push(new TransientMailError('ERR_SEND_UNREACHABLE', 'later'));
    await pipeline.stores.queues.outbound.send(['{}']);
    await pipeline.drain();

    expect(counts()).toMatchObject({
      'rejections outbound ERR_BAD_JOB': 1,
      'emails failed': 1,
    });
    expect(counts()['deadLetters outbound']).toBeGreaterThanOrEqual(1);
  });

  it('H7 is what became of an event: orphaned until its email is there', async () => {
    const { counts } = await open();
    const event = JSON.parse(readFileSync(join(import.meta.dirname, '../../events/ses-event/delivery.json'), 'utf8'));
    event.mail.timestamp = pipeline.clock.now().toISOString();
    await pipeline.stores.queues.engagement.send([JSON.stringify(event), '{"eventType":"Nothing"}']);
    await pipeline.drain();

    expect(counts()).toEqual({ 'events orphaned': 1, 'events malformed': 1 });
  });

  it('is how many mails stay without an end, also when there is none', async () => {
    const { counts } = await open();
    const reconcile = reconciler(pipeline.platform);
    await reconcile({}, context);
    expect(counts()).toEqual({ announcedMails: 0, openGaps: 0 });

    await pipeline.store(mail);
    for (let run = 0; run < 14; run += 1) {
      pipeline.clock.advance(900);
      await reconcile({}, context);
    }

    expect(counts().announcedMails).toBe(3);
    expect(counts().openGaps).toBeGreaterThan(0);
  });
});
