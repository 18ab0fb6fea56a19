import { readFile } from 'node:fs/promises';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AwsStandIn, startAwsStandIn } from '../../support/aws-stand-in.ts';
import { openRelayDesk, type RelayDesk } from './relay-desk.ts';

const send = 'lfx.email-service.send_email';
const status = 'lfx.email-service.get_email_status';
const analytics = 'lfx.email-service.get_email_engagement_analytics';
const valid = { to: 'user@example.com', subject: 'You have been added', html: '<p>Hello</p>', text: 'Hello' };
const tableName = 'lightermail-relay';

type Sent = { readonly email_id: string; readonly group_id: string };

/** One of SES's events as SNS hands it to a queue, about another email and under an id of its own. */
async function toSnsBody(file: string, emailId: string, groupId: string, snsMessageId: string): Promise<string> {
  const event = JSON.parse(await readFile(`events/ses-event/${file}`, 'utf8'));
  event.mail.tags = { 'ses:configuration-set': ['relay'], email_id: [emailId] };
  event.mail.headers = [{ name: 'X-LFX-TRACKING-ID', value: `${groupId}/${emailId}` }];
  event.mail.timestamp = new Date().toISOString();
  const message = { Type: 'Notification', MessageId: snsMessageId, TopicArn: 'arn:aws:sns:eu-central-1:1:t' };
  return JSON.stringify({ ...message, Message: JSON.stringify(event), Timestamp: new Date().toISOString() });
}

describe('the relay on NATS over DynamoDB, with events from SQS', () => {
  let aws: AwsStandIn;
  let desk: RelayDesk;
  let sqs: SQSClient;
  let queueUrl: string;

  beforeAll(async () => {
    aws = await startAwsStandIn();
    const { accessKeyId, secretAccessKey } = aws.settings.credentials;
    vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
    vi.stubEnv('AWS_REGION', aws.settings.region);
    vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
    await new DynamoDBClient(aws.settings).send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
    sqs = new SQSClient(aws.settings);
    queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'engagement' }))).QueueUrl ?? '';
    desk = await openRelayDesk({
      jetStream: false,
      environment: {
        ...{ RECORD_STORE: 'dynamodb', LIGHTERMAIL_TABLE: tableName },
        ...{ SES_EVENTING_ENABLED: 'true', SES_ENGAGEMENT_SQS_QUEUE_URL: queueUrl },
      },
    });
  });
  afterAll(async () => {
    await desk.close();
    await aws.stop();
    vi.unstubAllEnvs();
  });

  it('tracks without JetStream, and shows what events have told, each counted once', async () => {
    const sent = (await desk.request(send, { ...valid, group_id: 'a/b' })) as Sent;
    const tell = async (file: string, snsMessageId: string) => {
      const MessageBody = await toSnsBody(file, sent.email_id, 'a/b', snsMessageId);
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    };
    await tell('delivery.json', 'sns-1');
    await tell('open.json', 'sns-2');
    await tell('open.json', 'sns-2');
    await tell('open.json', 'sns-3');
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'malformed' }));
    const read = () => desk.request(status, { email_id: sent.email_id });
    const told = { delivered: true, opened: true, open_count: 2, failed: false, status: 'delivered' };
    await expect.poll(read, { timeout: 30_000 }).toMatchObject(told);
    const record = (await read()) as { opened_at_list: { event_id: string }[] };
    expect(record.opened_at_list.map(({ event_id }) => event_id).sort()).toEqual(['sns-2', 'sns-3']);
    expect(await desk.request(analytics, { group_id: 'a/b' })).toEqual({
      ...{ group_id: 'a/b', total_sent: 1, delivered: 1, opened: 2, unique_opened: 1, failed: 0 },
    });
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] });
    const leftOver = async () => {
      const { Attributes } = await sqs.send(command);
      return [Attributes?.ApproximateNumberOfMessages, Attributes?.ApproximateNumberOfMessagesNotVisible];
    };
    await expect.poll(leftOver, { timeout: 20_000 }).toEqual(['0', '0']);
  });

  it('shows a bounce as failed, and suppresses the next send to that address', async () => {
    const to = 'gone@example.com';
    const sent = (await desk.request(send, { ...valid, to, group_id: 'bounces' })) as Sent;
    const MessageBody = await toSnsBody('bounce.json', sent.email_id, 'bounces', 'sns-bounce');
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    const read = () => desk.request(status, { email_id: sent.email_id });
    await expect.poll(read, { timeout: 30_000 }).toMatchObject({ failed: true, bounced: true, status: 'bounced' });
    const before = desk.smtp.arrivedCount();
    const next = (await desk.request(send, { ...valid, to, group_id: 'bounces' })) as Sent;
    expect(desk.smtp.arrivedCount()).toBe(before);
    expect(await desk.request(status, { email_id: next.email_id })).toMatchObject({ status: 'suppressed' });
    expect(await desk.request(analytics, { group_id: 'bounces' })).toMatchObject({ total_sent: 1, failed: 1 });
  });

  it('answers "internal error", sends nothing and is not ready once the store is gone', async () => {
    const sent = (await desk.request(send, { ...valid, group_id: 'gone' })) as Sent;
    await aws.stop();
    const before = desk.smtp.arrivedCount();
    const [one, group, counts, refused] = await Promise.all([
      desk.request(status, { email_id: sent.email_id }),
      desk.request(status, { group_id: 'gone' }),
      desk.request(analytics, { group_id: 'gone' }),
      desk.request(send, valid),
    ]);
    expect([one, group, counts]).toEqual(Array(3).fill({ error: 'internal error' }));
    expect(refused).toEqual({ error: 'email delivery failed' });
    expect(desk.smtp.arrivedCount()).toBe(before);
    expect((await fetch(`http://127.0.0.1:${desk.relay.port}/readyz`)).status).toBe(503);
    expect((await fetch(`http://127.0.0.1:${desk.relay.port}/livez`)).status).toBe(200);
  });
});
