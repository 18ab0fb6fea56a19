import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toOutboundJob } from '../../shared/contracts/outbound-job.ts';
import { PermanentMailError, TransientMailError } from '../../shared/errors/mail-error.ts';
import { sweepDue } from '../../shared/outbound/sweep-due.ts';
import { openPipeline, type Pipeline } from '../support/pipeline.ts';

const mail = readFileSync(join(import.meta.dirname, '../../events/mail/two-attachments-one-name.eml'));

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await openPipeline();
});
afterEach(() => pipeline.close());

const onlyEntry = async () => {
  const entries = await pipeline.records.ledger.list({ limit: 10 });
  expect(entries).toHaveLength(1);
  return entries[0]!;
};
const deadLetterCount = async (queue: 'inbound' | 'outbound') => pipeline.stores.deadLetters.count(queue);

describe('one mail, many events', () => {
  it('A5 the same event delivered five times sends once', async () => {
    const key = await pipeline.arrive(mail);
    for (let copy = 0; copy < 4; copy += 1) await pipeline.announce(key);
    await pipeline.drain();
    await pipeline.announce(key);
    await pipeline.drain();
    expect(pipeline.sender.attempts).toHaveLength(2);
    expect((await onlyEntry()).state).toBe('relayed');
  });

  it('A8 five shapes of one event are one mail', async () => {
    const key = await pipeline.store(mail);
    const info = (await pipeline.platform.raw.head(key))!;
    const bucket = pipeline.platform.raw.bucket;
    const s3 = {
      Records: [
        {
          eventSource: 'aws:s3',
          eventName: 'ObjectCreated:Put',
          s3: { bucket: { name: bucket }, object: { key, eTag: info.etag } },
        },
      ],
    };
    const received = {
      notificationType: 'Received',
      receipt: { recipients: ['capture@in.example.com'], action: { type: 'S3', bucketName: bucket, objectKey: key } },
      mail: { messageId: 'm', source: 'device@example.org', destination: ['capture@in.example.com'] },
    };
    const bridge = {
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: bucket }, object: { key, etag: info.etag }, reason: 'PutObject' },
    };
    const envelope = (message: unknown) => ({
      Type: 'Notification',
      MessageId: 'x',
      TopicArn: 'arn:aws:sns:eu-west-1:123456789012:t',
      Message: JSON.stringify(message),
      Timestamp: '2026-01-01T00:00:00.000Z',
    });
    const bodies = [s3, envelope(s3), bridge, received, envelope(received)].map((body) => JSON.stringify(body));
    await pipeline.stores.queues.inbound.send(bodies);
    await pipeline.drain();
    expect(pipeline.sender.attempts).toHaveLength(2);
    expect((await onlyEntry()).state).toBe('relayed');
    expect(await deadLetterCount('inbound')).toBe(0);
  });

  it('A9 a body that is no event is a dead letter with its code, and its neighbours go on', async () => {
    await pipeline.stores.queues.inbound.send(['null', 'not json']);
    await pipeline.arrive(mail);
    await pipeline.drain();
    expect(await deadLetterCount('inbound')).toBe(2);
    expect(pipeline.sender.attempts).toHaveLength(2);
  });

  it('A12 an object that is gone is looked for, then becomes a dead letter', async () => {
    const key = await pipeline.arrive(mail);
    await pipeline.platform.raw.delete(key);
    for (let look = 0; look < 4; look += 1) {
      await pipeline.drain();
      pipeline.clock.advance(60);
    }
    expect(await deadLetterCount('inbound')).toBe(1);
  });
});

describe('a redrive', () => {
  it('B12 of jobs that were long since sent, or refused for good, sends nothing and makes no new dead letter', async () => {
    const list = Array.from({ length: 100 }, (_, index) => `r${index}@example.com`);
    const text = `:Email_Rxers_Code:[${list.join(',')}]:Email_Rxers_Code:`;
    pipeline.sender.faults.push(new PermanentMailError('ERR_SEND_REJECTED', 'no such mailbox'));
    await pipeline.arrive(`From: device@example.org\r\nSubject: one\r\n\r\n${text}\r\nhello\r\n`);
    await pipeline.drain();
    expect(pipeline.sender.attempts).toHaveLength(100);
    const emails = await pipeline.records.emails.ofGroup((await onlyEntry()).mailId);
    const jobs = emails.map(({ emailId }) => toOutboundJob(emailId));
    // Four weeks later: as long as a dead letter can wait behind its queue.
    pipeline.clock.advance(28 * 86_400);
    await pipeline.stores.queues.outbound.send(jobs);
    await pipeline.drain();
    expect(pipeline.sender.attempts).toHaveLength(100);
    expect(await pipeline.stores.queues.outbound.receive(10, 0)).toEqual([]);
    expect(await deadLetterCount('outbound')).toBe(1);
  });
});

describe('a send that fails', () => {
  it('is tried again, then becomes a dead letter with its code: never deleted', async () => {
    for (let fault = 0; fault < 10; fault += 1) {
      pipeline.sender.faults.push(new TransientMailError('ERR_SEND_TEMPORARY', 'not now'));
    }
    await pipeline.arrive(mail);
    const sweepPorts = { ...pipeline.platform, emails: pipeline.records.emails };
    for (let round = 0; round < 8; round += 1) {
      await pipeline.drain();
      pipeline.clock.advance(2000);
      await sweepDue(sweepPorts);
    }
    expect(pipeline.sender.attempts).toHaveLength(10);
    expect(await deadLetterCount('outbound')).toBe(2);
    const emails = await pipeline.records.emails.ofGroup((await onlyEntry()).mailId);
    expect(emails.map(({ state, code }) => [state, code])).toEqual([
      ['failed', 'ERR_ATTEMPTS_SPENT'],
      ['failed', 'ERR_ATTEMPTS_SPENT'],
    ]);
  });

  it('F7 one bad address does not keep the mail from the others', async () => {
    pipeline.sender.faults.push(new PermanentMailError('ERR_SEND_REJECTED', 'no such mailbox'));
    await pipeline.arrive(mail);
    await pipeline.drain();
    const emails = await pipeline.records.emails.ofGroup((await onlyEntry()).mailId);
    expect(emails.map(({ state }) => state).sort()).toEqual(['failed', 'sent']);
    expect(await deadLetterCount('outbound')).toBe(1);
  });
});
