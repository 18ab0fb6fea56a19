import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebhook } from '../../../functions/sns-webhook/start-webhook.ts';
import { createSnsClient, createSqsClient } from '../../../shared/adapters/aws/aws-clients.ts';
import { createSqsJobQueue } from '../../../shared/adapters/aws/sqs-job-queue.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { readWebhookConfig } from '../../../shared/runtime/webhook-config.ts';
import { makeQueue } from '../../shared/adapters/aws/queue-stand-in.ts';
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

/** The stand-in makes a key of its own for each subscription, signs with version 2, and serves its certificate. */
describe('the HTTPS subscriber, before an SNS that others wrote', () => {
  it('H1 believes what that SNS has signed, queues it, and refuses the same once it was touched', async () => {
    const [sns, sqs] = [createSnsClient(standIn.settings), createSqsClient(standIn.settings)];
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'arrival' }));
    const { url } = await makeQueue(sqs, 'inbound');
    const config = readWebhookConfig({
      LIGHTERMAIL_WEBHOOK_PORT: '0',
      LIGHTERMAIL_WEBHOOK_TOPIC_ARNS: TopicArn,
      LIGHTERMAIL_WEBHOOK_CERTIFICATES_FROM: standIn.endpoint,
      LIGHTERMAIL_INBOUND_QUEUE_URL: url,
    });
    const log: string[] = [];
    const webhook = await startWebhook(config, createLogger({ service: 'test', write: (line) => log.push(line) }));
    const front = await startFront(`http://127.0.0.1:${webhook.port}/sns`);
    const stopped = () => Promise.all([webhook.stop(), front.close(), sns.destroy(), sqs.destroy()]);
    closers.push(stopped);
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: front.url }));
    const Message = '{"Records":[]}\nsecond \u00fc';

    const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Message }));

    const queue = createSqsJobQueue({ client: sqs, name: 'inbound', queueUrl: url, deadLetterQueueUrl: url });
    const [message] = await queue.receive(1, 5);
    const expected = { Type: 'Notification', MessageId, TopicArn, Message };
    expect([front.statuses, JSON.parse(message?.body ?? '{}')]).toEqual([[200], expect.objectContaining(expected)]);
    const touched = front.bodies[0]?.replace('second', 'third');
    const answer = await fetch(`http://127.0.0.1:${webhook.port}/sns`, { method: 'POST', body: touched ?? '' });
    expect([answer.status, log.filter((line) => line.includes('is not of this message'))]).toEqual([
      403,
      [expect.stringContaining('ERR_NOT_AUTHENTICATED')],
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
