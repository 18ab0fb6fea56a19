import { ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../../functions/ops/main.ts';
import { createSqsClient } from '../../../shared/adapters/aws/aws-clients.ts';
import { makeQueue } from '../../shared/adapters/aws/queue-stand-in.ts';
import { type AwsStandIn, startAwsStandIn } from '../../support/aws-stand-in.ts';

let standIn: AwsStandIn;
let client: SQSClient;

beforeAll(async () => {
  standIn = await startAwsStandIn();
  client = createSqsClient(standIn.settings);
  vi.stubEnv('AWS_ENDPOINT_URL', standIn.endpoint);
  vi.stubEnv('AWS_REGION', standIn.settings.region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', standIn.settings.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', standIn.settings.credentials.secretAccessKey);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  client?.destroy();
  await standIn?.stop();
});

/** The settings of the functions, with queues that are there. */
async function makeEnvironment(): Promise<Record<string, string>> {
  const environment: Record<string, string> = {
    LIGHTERMAIL_RAW_BUCKET: 'raw-bucket',
    LIGHTERMAIL_FILES_BUCKET: 'files-bucket',
    LIGHTERMAIL_TABLE: 'records',
    LIGHTERMAIL_FALLBACK_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:fallback',
    LIGHTERMAIL_ROUTES_PARAMETER: '/routes',
    LIGHTERMAIL_LINK_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:link-abc',
    LIGHTERMAIL_PUBLIC_URL: 'https://links.example.com',
  };
  for (const name of ['inbound', 'outbound', 'engagement', 'links']) {
    const setting = `LIGHTERMAIL_${name.toUpperCase()}`;
    environment[`${setting}_QUEUE_URL`] = (await makeQueue(client, name)).url;
    environment[`${setting}_DLQ_URL`] = (await makeQueue(client, `${name}-dead`)).url;
  }
  return environment;
}

async function run(args: readonly string[], environment: Record<string, string>) {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  return { code: await main(args, { environment, print, printError: print }), text: lines.join('\n') };
}

describe('npx lightermail redrive on AWS', () => {
  it('shows what SQS holds, moves a bounded number, and then the rest', async () => {
    const environment = await makeEnvironment();
    const QueueUrl = environment.LIGHTERMAIL_INBOUND_DLQ_URL;
    const MessageAttributes = { code: { DataType: 'String', StringValue: 'ERR_BAD_EVENT' } };
    for (let index = 0; index < 13; index += 1) {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: `{"secret":${index}}`, MessageAttributes }));
    }

    const shown = await run(['redrive', 'inbound', '--dry-run'], environment);
    expect(shown).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^inbound: 13 dead letters\n {2}ERR_BAD_EVENT/),
    });
    expect(shown.text).not.toContain('secret');

    expect((await run(['redrive', 'inbound', '--limit', '11'], environment)).text).toContain(
      '11 of 13 sent to inbound',
    );
    expect((await run(['redrive'], environment)).text).toContain('2 of 2 sent to inbound again');
    expect((await run(['redrive'], environment)).text).toContain('inbound: no dead letters');

    const bodies = new Set<string>();
    while (bodies.size < 13) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: environment.LIGHTERMAIL_INBOUND_QUEUE_URL, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) break;
      for (const { Body = '' } of Messages) bodies.add(Body);
    }
    expect(bodies.size).toBe(13);
  });
});
