import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebhook } from '../../../functions/sns-webhook/start-webhook.ts';
import { createSnsClient, createSqsClient } from '../../../shared/adapters/aws/aws-clients.ts';
import { createSqsJobQueue } from '../../../shared/adapters/aws/sqs-job-queue.ts';
import { toArrivalEvent } from '../../../shared/contracts/arrival-event.ts';
import { toMailId } from '../../../shared/mail/ids.ts';
import type { JobQueue } from '../../../shared/ports/job-queue.ts';
import { readAwsConfig } from '../../../shared/runtime/aws-config.ts';
import { awsPlatform } from '../../../shared/runtime/aws-platform.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { recordsOf } from '../../../shared/runtime/records.ts';
import { readWebhookConfig } from '../../../shared/runtime/webhook-config.ts';
import { uniqueName } from '../../contract/unique-name.ts';
import { makeQueue } from '../../shared/adapters/aws/queue-stand-in.ts';
import { makeInstallation } from '../../support/aws-installation.ts';
import { type AwsStandIn, startAwsStandIn } from '../../support/aws-stand-in.ts';

let standIn: AwsStandIn;
const closers: (() => unknown)[] = [];
const before = { ...process.env };

beforeAll(async () => {
  standIn = await startAwsStandIn();
  const { endpoint, region, credentials } = standIn.settings;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
});
afterAll(async () => {
  for (const close of closers) await close();
  process.env = before;
  await standIn?.stop();
});

/** The subscriber, subscribed to a topic of the stand-in's; what is posted to it goes by a front that keeps a copy. */
async function subscribe(environment: Readonly<Record<string, string>>) {
  const sns = createSnsClient(standIn.settings);
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: uniqueName('arrival') }));
  const log: string[] = [];
  const config = readWebhookConfig({
    ...environment,
    LIGHTERMAIL_WEBHOOK_PORT: '0',
    LIGHTERMAIL_WEBHOOK_TOPIC_ARNS: TopicArn,
    LIGHTERMAIL_WEBHOOK_CERTIFICATES_FROM: standIn.endpoint,
  });
  const webhook = await startWebhook(config, createLogger({ service: 'test', write: (line) => log.push(line) }));
  const url = `http://127.0.0.1:${webhook.port}/sns`;
  const front = await startFront(url);
  closers.push(() => Promise.all([webhook.stop(), front.close(), sns.destroy()]));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: front.url }));
  const publish = (Message: string) => sns.send(new PublishCommand({ TopicArn, Message }));
  return { TopicArn, url, front, log, publish };
}

function queueAt(url: string): JobQueue {
  const client = createSqsClient(standIn.settings);
  closers.push(() => client.destroy());
  return createSqsJobQueue({ client, name: 'queue', queueUrl: url, deadLetterQueueUrl: url });
}

/** The stand-in makes a key of its own for each subscription, signs with version 2, and serves its certificate. */
describe('the HTTPS subscriber, before an SNS that others wrote', () => {
  it('H1 believes what that SNS has signed, queues it, and refuses the same once it was touched', async () => {
    const { url: queueUrl } = await makeQueue(createSqsClient(standIn.settings), uniqueName('inbound'));
    const { TopicArn, url, front, log, publish } = await subscribe({ LIGHTERMAIL_INBOUND_QUEUE_URL: queueUrl });
    const Message = '{"Records":[]}\nsecond \u00fc';

    const { MessageId } = await publish(Message);

    const [message] = await queueAt(queueUrl).receive(1, 5);
    const expected = { Type: 'Notification', MessageId, TopicArn, Message };
    expect([front.statuses, JSON.parse(message?.body ?? '{}')]).toEqual([[200], expect.objectContaining(expected)]);
    const touched = front.bodies[0]?.replace('second', 'third');
    const answer = await fetch(url, { method: 'POST', body: touched ?? '' });
    expect([answer.status, log.filter((line) => line.includes('is not of this message'))]).toEqual([
      403,
      [expect.stringContaining('ERR_NOT_AUTHENTICATED')],
    ]);
  });

  it('A5 without a queue relays a mail itself, once, and gives a dead letter to what announces none', async () => {
    const installation = await makeInstallation(standIn);
    const { LIGHTERMAIL_INBOUND_QUEUE_URL: _, ...environment } = installation;
    const platform = awsPlatform(readAwsConfig(installation));
    const { front, publish } = await subscribe(environment);
    const mail = 'From: device@example.com\r\n\r\n:Email_Rxers_Code:ann@example.com:Email_Rxers_Code:\r\n';
    await platform.raw.put('raw/capture/mail-1', Buffer.from(mail));
    const info = await platform.raw.head('raw/capture/mail-1');
    const event = toArrivalEvent(info === undefined ? [] : [info], {
      ...{ bucket: platform.raw.bucket, at: new Date(), requestId: 'test' },
    });

    for (const message of [event, event, '{"hello":1}']) await publish(message);

    expect(front.statuses).toEqual([200, 200, 200]);
    expect((await platform.outboundQueue.depth()).messageCount).toBe(1);
    const mailId = toMailId(platform.raw.bucket, 'raw/capture/mail-1', info?.etag ?? '');
    expect(await recordsOf(platform).ledger.read(mailId)).toMatchObject({ state: 'relayed', recipientCount: 1 });
    const [deadLetter] = await queueAt(installation.LIGHTERMAIL_INBOUND_DLQ_URL ?? '').receive(10, 5);
    expect([JSON.parse(deadLetter?.body ?? '{}').Message, deadLetter?.attributes.code]).toEqual([
      '{"hello":1}',
      'ERR_BAD_EVENT',
    ]);
  });
});

/** Hands on what is posted to it, and keeps a copy. */
async function startFront(to: string) {
  const bodies: string[] = [];
  const statuses: number[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    bodies.push(body);
    const answer = await fetch(to, { method: 'POST', body });
    statuses.push(answer.status);
    response.writeHead(answer.status).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...{ bodies, statuses, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
