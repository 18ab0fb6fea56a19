import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inboundProcessor } from '../../functions/inbound-processor/handler.ts';
import { outboundRelay } from '../../functions/outbound-relay/handler.ts';
import { toSqsEvent } from '../../infra/local/sqs-event.ts';
import { toOutboundJob } from '../../shared/contracts/outbound-job.ts';
import { sweepDue } from '../../shared/outbound/sweep-due.ts';
import { crashingAt } from '../support/crashing.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';
import { createSimulatedTime } from '../support/simulated-time.ts';

const mail = readFileSync(join(import.meta.dirname, '../../events/mail/two-attachments-one-name.eml'), 'latin1');
const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 300_000 };
/** Far more places than one mail passes; the loops end by themselves at the last one. */
const mostPlaces = 1000;

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await openPipeline();
});
afterEach(() => pipeline.close());

/** What SES publishes for a mail that it has accepted. */
const sendEvent = (emailId: string) =>
  JSON.stringify({
    eventType: 'Send',
    mail: {
      timestamp: pipeline.clock.now().toISOString(),
      messageId: `ses-${emailId}`,
      source: 'notifications@example.com',
      destination: ['a@example.com'],
      tags: { email_id: [emailId] },
    },
    send: {},
  });

const sentPerEmail = () => {
  const counts = new Map<string, number>();
  for (const { emailId } of pipeline.sender.attempts) counts.set(emailId, (counts.get(emailId) ?? 0) + 1);
  return counts;
};

describe('B5 the process dies', () => {
  it('at any place of the inbound way: nothing is lost, nothing is sent twice', async () => {
    let place = 1;
    for (let whole = false; !whole; place += 1) {
      expect(place).toBeLessThan(mostPlaces);
      await pipeline.arrive(`${mail}\r\nX${place}`);
      const messages = await pipeline.stores.queues.inbound.receive(1, 0);
      const crashing = crashingAt(pipeline.platform, place);
      const response = await inboundProcessor(crashing.platform)(toSqsEvent('inbound', messages), context);
      whole = crashing.passed() < place;
      expect(response.batchItemFailures).toHaveLength(whole ? 0 : 1);
      if (whole) await pipeline.stores.queues.inbound.acknowledge(messages[0]!.receiptHandle);
      pipeline.clock.advance(2000);
      await pipeline.drain();
    }
    expect(place).toBeGreaterThan(40);
    const entries = await pipeline.records.ledger.list({ limit: 500 });
    expect(entries).toHaveLength(place - 1);
    expect(entries.every(({ state }) => state === 'relayed')).toBe(true);
    const counts = sentPerEmail();
    expect(counts.size).toBe(entries.length * 2);
    expect([...counts.values()].every((count) => count === 1)).toBe(true);
    expect(await pipeline.stores.deadLetters.count('inbound')).toBe(0);
  });

  it('F1 F2 at any place of the outbound way: sent once, settled by the Send event where the answer was lost', async () => {
    const sweepPorts = { ...pipeline.platform, emails: pipeline.records.emails };
    let place = 1;
    for (let whole = false; !whole; place += 1) {
      expect(place).toBeLessThan(mostPlaces);
      const emailId = `crash-email-${String(place).padStart(4, '0')}`;
      await submit(emailId);
      await pipeline.stores.queues.outbound.send([toOutboundJob(emailId)]);
      const messages = await pipeline.stores.queues.outbound.receive(1, 0);
      const crashing = crashingAt(pipeline.platform, place);
      const response = await outboundRelay(crashing.platform, createSimulatedTime().timer)(
        toSqsEvent('outbound', messages),
        context,
      );
      whole = crashing.passed() < place;
      if (response.batchItemFailures.length === 0) {
        await pipeline.stores.queues.outbound.acknowledge(messages[0]!.receiptHandle);
      }
      const accepted = sentPerEmail().has(emailId);
      if (accepted) await pipeline.stores.queues.engagement.send([sendEvent(emailId)]);
      for (let round = 0; round < 3; round += 1) {
        pipeline.clock.advance(1000);
        await pipeline.drain();
        await sweepDue(sweepPorts);
        await pipeline.drain();
      }
      expect(sentPerEmail().get(emailId)).toBe(1);
      const email = await pipeline.records.emails.read(emailId);
      expect(email?.state).toBe('sent');
      // Nobody can know that a claim whose holder died had not been sent: the flag says so.
      if (accepted) expect(email?.possibleDuplicate).toBe(false);
    }
    expect(place).toBeGreaterThan(10);
    expect(await pipeline.stores.deadLetters.count('outbound')).toBe(0);
  });
});

async function submit(emailId: string) {
  await pipeline.platform.files.put(`mime/${emailId}`, Buffer.from('Subject: s\r\n\r\nbody\r\n'));
  const at = pipeline.clock.now().toISOString();
  await pipeline.records.emails.create({
    emailId,
    groupId: 'crash',
    state: 'queued',
    mailFrom: 'notifications@example.com',
    rcptTo: 'a@example.com',
    subject: 's',
    mimeKey: `mime/${emailId}`,
    sizeBytes: 20,
    intact: false,
    attempts: 0,
    revision: 0,
    possibleDuplicate: false,
    createdAt: at,
    changedAt: at,
  });
}
