import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processEvents } from '../../../functions/sns-webhook/take-event.ts';
import { toArrivalEvent } from '../../../shared/contracts/arrival-event.ts';
import type { SnsNotification } from '../../../shared/contracts/sns-message.ts';
import { TransientMailError, toErrorCode } from '../../../shared/errors/mail-error.ts';
import { createInboundPorts } from '../../../shared/inbound/inbound-ports.ts';
import { openPipeline, type Pipeline } from '../../support/pipeline.ts';
import { topicArn } from '../../support/sns-signer.ts';

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await openPipeline();
});
afterEach(() => pipeline.close());

const mail = [
  ...['From: device@example.com', 'Subject: Report', '', 'For :Email_Rxers_Code:ann@example.com:Email_Rxers_Code:'],
].join('\r\n');

function opened(options: { concurrency?: number; rejects?: () => Promise<void> } = {}) {
  const rejected: [body: string, code: string][] = [];
  const { platform, records } = pipeline;
  const take = processEvents({
    ports: createInboundPorts(platform, records),
    deadLetters: {
      reject: async (body, code) => {
        await options.rejects?.();
        rejected.push([body, code]);
      },
    },
    concurrency: options.concurrency ?? 4,
    log: platform.log,
  });
  const takeText = (Message: string, ageSeconds = 0) =>
    take({ notification: toNotification(Message), ageSeconds }).then(() => 'taken', toErrorCode);
  return { rejected, takeText };
}

const toNotification = (Message: string): SnsNotification => ({
  ...{ Type: 'Notification', MessageId: 'm-1', TopicArn: topicArn, Message, Timestamp: '2026-11-22T08:00:00Z' },
  ...{ SignatureVersion: '2', Signature: 'AAAA', SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/a.pem' },
});

async function arrived(): Promise<string> {
  const { platform } = pipeline;
  const info = await platform.raw.head(await pipeline.store(mail));
  return toArrivalEvent(info === undefined ? [] : [info], {
    ...{ bucket: platform.raw.bucket, at: new Date(), requestId: 'test' },
  });
}

describe('events that are processed before the answer', () => {
  it('A5 relay a mail, once, when its event comes twice', async () => {
    const { takeText, rejected } = opened();
    const event = await arrived();
    expect([await takeText(event), await takeText(event)]).toEqual(['taken', 'taken']);
    await pipeline.drain();
    expect((await pipeline.sent()).map(({ rcptTo }) => rcptTo)).toEqual(['ann@example.com']);
    expect(rejected).toEqual([]);
  });

  it('A5 relay a mail, once, when its event comes twice at the same time', async () => {
    const { takeText } = opened();
    const event = await arrived();
    await Promise.all([takeText(event), takeText(event)]);
    await takeText(event);
    await pipeline.drain();
    expect((await pipeline.sent()).map(({ rcptTo }) => rcptTo)).toEqual(['ann@example.com']);
  });

  it('A9 are dead letters with their code when they announce no mail', async () => {
    const { takeText, rejected } = opened();
    expect(await takeText('{"hello":1}')).toBe('taken');
    expect(rejected.map(([body, code]) => [JSON.parse(body).Message, code])).toEqual([
      ['{"hello":1}', 'ERR_BAD_EVENT'],
    ]);
  });

  it('H16 come again when the dead letter cannot be written', async () => {
    const { takeText } = opened({
      rejects: async () => {
        throw new TransientMailError('ERR_QUEUE_UNAVAILABLE', 'sqs did not answer');
      },
    });
    expect(await takeText('{"hello":1}')).toBe('ERR_QUEUE_UNAVAILABLE');
  });

  it('A12 come again while the mail is not there, and are a dead letter after the first minute', async () => {
    const { takeText, rejected } = opened();
    const event = (await arrived()).replace('mail-1', 'mail-2');
    expect([await takeText(event), rejected]).toEqual(['ERR_BLOB_UNAVAILABLE', []]);
    expect(await takeText(event, 61)).toBe('taken');
    expect(rejected.map(([, code]) => code)).toEqual(['ERR_SOURCE_GONE']);
  });

  it('come again when more than are allowed are being processed', async () => {
    const { takeText } = opened({ concurrency: 1 });
    const event = await arrived();
    const both = await Promise.all([takeText(event), takeText(event)]);
    expect(both).toEqual(['taken', 'ERR_OUT_OF_TIME']);
    expect(await takeText(event)).toBe('taken');
  });

  it('say in the ledger that a mail is stuck after half an hour, until it can be processed', async () => {
    const { takeText } = opened();
    const event = await arrived();
    const routes = await pipeline.platform.routes.routes();
    let isDown = true;
    Object.assign(pipeline.platform.routes, {
      routes: async () => {
        if (isDown) throw new TransientMailError('ERR_STORE_UNAVAILABLE', 'ssm did not answer');
        return routes;
      },
    });
    const states = async () =>
      Promise.all(['received', 'stuck', 'relayed'].map(async (state) => (await listed(state)) > 0));
    expect([await takeText(event, 1799), await states()]).toEqual(['ERR_STORE_UNAVAILABLE', [true, false, false]]);
    expect([await takeText(event, 1800), await states()]).toEqual(['ERR_STORE_UNAVAILABLE', [false, true, false]]);
    isDown = false;
    expect([await takeText(event, 1900), await states()]).toEqual(['taken', [false, false, true]]);
  });

  async function listed(state: string): Promise<number> {
    const lines = pipeline.logLines.filter((line) => line.includes('"mail received"'));
    const { mailId } = JSON.parse(lines.at(-1) ?? '{}');
    const entry = await pipeline.records.ledger.read(mailId);
    return entry?.state === state ? 1 : 0;
  }
});
