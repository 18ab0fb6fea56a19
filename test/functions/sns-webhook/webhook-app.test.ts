import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { queueEvents } from '../../../functions/sns-webhook/take-event.ts';
import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { serve } from '../../support/serve.ts';
import { makeSigner, type Signer, sampleFields, signMessage, topicArn } from '../../support/sns-signer.ts';
import { openWebhookDesk, type WebhookDeskOptions } from '../../support/webhook-desk.ts';

let signer: Signer;
beforeAll(async () => {
  signer = await makeSigner();
});

const clock = createManualClock();
const open = (options: Partial<WebhookDeskOptions> = {}) => openWebhookDesk({ signer, clock, ...options });
const notification = (fields: Record<string, string> = {}) =>
  signMessage(signer, { ...sampleFields('Notification', clock.now()), ...fields });

describe('POST /sns', () => {
  it('answers 200 when an event is in the queue, with what was signed and nothing else', async () => {
    const sent: string[] = [];
    const queue = { send: async (bodies: readonly string[]) => void sent.push(...bodies) };
    const fields = notification();
    const { status, text } = await open({ take: queueEvents(queue) }).post({ ...fields, MessageAttributes: { a: 1 } });
    const { Type, MessageId, TopicArn, Subject, Message, Timestamp } = fields;
    expect([status, text]).toEqual([200, 'ok\n']);
    expect(sent.map((body) => JSON.parse(body))).toEqual([{ Type, MessageId, TopicArn, Subject, Message, Timestamp }]);
  });

  it('H2 accepts an invitation with its token, and opens no socket to the URL that comes with it', async () => {
    let calls = 0;
    const trap = createServer((_request, response) => {
      calls += 1;
      response.end();
    });
    trap.on('connection', () => {
      calls += 1;
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    const SubscribeURL = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/`;
    const desk = open();
    for (const type of ['SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const) {
      const fields = signMessage(signer, { ...sampleFields(type, clock.now()), SubscribeURL });
      expect((await desk.post(fields)).status).toBe(200);
    }
    await new Promise((resolve) => trap.close(resolve));
    expect(desk.confirmed).toEqual([[topicArn, sampleFields('SubscriptionConfirmation', clock.now()).Token]]);
    expect([calls, desk.taken]).toEqual([0, []]);
    expect(desk.logLines.join()).toContain('subscription has ended');
  });

  it('A5 takes a message once, however often and at whatever time it comes', async () => {
    const held = Promise.withResolvers<void>();
    const desk = open({ take: () => held.promise });
    const fields = notification();
    const first = [desk.post(fields), desk.post(fields)];
    held.resolve();
    const answers = [...(await Promise.all(first)), await desk.post(fields)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(desk.taken).toHaveLength(1);
  });

  it('answers 503 while an event cannot be kept, and takes the repetition', async () => {
    let tries = 0;
    const desk = open({
      take: async () => {
        tries += 1;
        if (tries === 1) throw new TransientMailError('ERR_QUEUE_UNAVAILABLE', 'sqs did not answer');
        if (tries === 2) throw new TypeError('a fault of our own');
      },
    });
    const fields = notification();
    const statuses = [];
    for (let post = 0; post < 3; post += 1) statuses.push((await desk.post(fields)).status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  it('answers 503 before SNS gives up waiting, and 200 to the repetition when the work is done', async () => {
    const held = Promise.withResolvers<void>();
    const desk = open({ take: () => held.promise, limits: { answerWithinMs: 30 } });
    const fields = notification();
    expect((await desk.post(fields)).status).toBe(503);
    expect((await desk.post(fields)).status).toBe(503);
    held.resolve();
    await desk.receiver.idle();
    expect((await desk.post(fields)).status).toBe(200);
    expect(desk.taken).toHaveLength(1);
  });

  it('answers 503 when a certificate cannot be had now', async () => {
    const desk = open({
      fetchCertificate: async () => {
        throw new TransientMailError('ERR_TOPIC_UNAVAILABLE', 'no answer');
      },
    });
    expect((await desk.post(notification())).status).toBe(503);
  });

  it('H1 tells none of its reasons to who is refused', async () => {
    const desk = open();
    const refused = [
      [403, await desk.post({ ...notification(), Message: 'other' })],
      [403, await desk.post(notification({ TopicArn: `${topicArn}-other` }))],
      [403, await desk.post(notification({ Timestamp: '2026-11-21T08:00:00Z' }))],
      [
        403,
        await desk.post(notification({ SigningCertURL: 'https://sns.eu-west-1.amazonaws.com.evil.example/a.pem' })),
      ],
      [400, await desk.post('{}')],
      [400, await desk.post('')],
      [413, await desk.post('x'.repeat(540_673))],
    ] as const;
    for (const [status, answer] of refused) expect([answer.status, answer.text]).toEqual([status, 'refused\n']);
    expect(desk.taken).toEqual([]);
  });

  it('says of raw delivery that it is not signed, and to turn it off', async () => {
    const { status, text } = await open().post('{"Records":[]}', { 'x-amz-sns-rawdelivery': 'true' });
    expect([status, text]).toEqual([415, expect.stringContaining('carries no signature')]);
  });

  it('takes the largest message that SNS sends, every character of it escaped', async () => {
    const desk = open();
    expect((await desk.post(notification({ Message: '"'.repeat(262_144) }))).status).toBe(200);
  });

  it('refuses what is not UTF-8', async () => {
    const { app } = open();
    const answer = await app.request('/sns', { method: 'POST', body: Buffer.from([0x7b, 0xff, 0x7d]) });
    expect(answer.status).toBe(400);
  });

  it.each([
    ['GET', '/sns', 405],
    ['PUT', '/sns', 405],
    ['POST', '/', 404],
    ['POST', '/sns/', 404],
    ['POST', '/livez', 404],
    ['GET', '/livez', 200],
    ['GET', '/readyz', 200],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await open().app.request(path, { method })).status).toBe(status);
  });

  it('is not ready, and takes nothing, once it stops', async () => {
    const desk = open();
    desk.stopTaking();
    expect((await desk.app.request('/readyz')).status).toBe(503);
    expect((await desk.app.request('/livez')).status).toBe(200);
    expect((await desk.post(notification())).status).toBe(503);
    expect(desk.taken).toEqual([]);
  });

  it('H13 writes nothing of a message into its log, taken or refused', async () => {
    const desk = open();
    const canaries = { Message: 'canary-message ann@example.com', Subject: 'canary-subject' };
    await desk.post(notification(canaries));
    await desk.post({ ...notification(canaries), MessageId: 'canary-id' });
    await desk.post({ ...notification(canaries), Signature: 'canary-signature' });
    await desk.post('canary-body');
    const Token = 'canary-token';
    await desk.post(signMessage(signer, { ...sampleFields('SubscriptionConfirmation', clock.now()), Token }));
    expect(desk.logLines.length).toBeGreaterThanOrEqual(5);
    expect(desk.logLines.filter((line) => /canary|example\.com|SubscribeURL/.test(line))).toEqual([]);
  });
});

describe('limits for each client', () => {
  const limits = { perClient: { burst: 2, perSecond: 1 } };

  it('send away who asks too often, and let others in', async () => {
    const desk = open({ limits, proxyCount: 1 });
    const from = (client: string) => desk.post(notification(), { 'x-forwarded-for': `9.9.9.9, ${client}` });
    const answers = [await from('1.1.1.1'), await from('1.1.1.1'), await from('1.1.1.1'), await from('2.2.2.2')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 503, 200]);
    expect(answers[2]?.headers.get('retry-after')).toBe('1');
  });

  it('do not believe the header of a client that comes without a proxy', async () => {
    const desk = open({ limits });
    const statuses = [];
    for (const client of ['1.1.1.1', '2.2.2.2', '3.3.3.3'])
      statuses.push((await desk.post(notification(), { 'x-forwarded-for': client })).status);
    expect(statuses).toEqual([200, 200, 503]);
  });
});

describe('over a real connection', () => {
  /** Sends as it is, and answers the status line. */
  function send(port: number, ...parts: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        for (const part of parts) socket.write(part);
      });
      socket.once('data', (data) => {
        resolve(String(data).split('\r\n')[0] ?? '');
        socket.destroy();
      });
      socket.once('error', reject);
    });
  }

  it('answers who sends a body too slowly, in pieces without end, or less than was said', async () => {
    const { app } = open({ limits: { body: { maxBytes: 1000, withinMs: 50 } } });
    const server = await serve(app);
    const head = 'POST /sns HTTP/1.1\r\nHost: a\r\n';
    const piece = `${(400).toString(16)}\r\n${'x'.repeat(400)}\r\n`;
    expect(await send(server.port, `${head}Content-Length: 900\r\n\r\n{`)).toBe('HTTP/1.1 503 Service Unavailable');
    expect(await send(server.port, `${head}Content-Length: 1001\r\n\r\n{`)).toBe('HTTP/1.1 413 Payload Too Large');
    expect(await send(server.port, `${head}Transfer-Encoding: chunked\r\n\r\n`, piece, piece, piece)).toBe(
      'HTTP/1.1 413 Payload Too Large',
    );
    await server.close();
  });
});
