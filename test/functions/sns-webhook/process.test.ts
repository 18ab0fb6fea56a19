import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { main } from '../../../functions/sns-webhook/main.ts';
import { until } from '../../contract/until.ts';
import { type StubEndpoint, startStubEndpoint } from '../../shared/adapters/aws/stub-endpoint.ts';
import { makeSigner, sampleFields, signMessage, topicArn } from '../../support/sns-signer.ts';

let aws: StubEndpoint | undefined;
let child: ChildProcess | undefined;
afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  await aws?.close();
  aws = undefined;
});

/** One endpoint stands for SNS's certificate and for SQS, whose answer waits until it is let go. */
async function startAws(certificate: string, letGo: Promise<void>) {
  aws = await startStubEndpoint(async ({ method, body }, response) => {
    if (method === 'GET') return void response.end(certificate);
    await letGo;
    const { Entries } = JSON.parse(body.toString('utf8')) as { Entries: { Id: string; MessageBody: string }[] };
    const Successful = Entries.map(({ Id, MessageBody }) => ({
      ...{ Id, MessageId: `m-${Id}`, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') },
    }));
    response.end(JSON.stringify({ Successful }));
  });
  return aws;
}

function start({ settings: { endpoint } }: StubEndpoint) {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY',
    AWS_ENDPOINT_URL: endpoint,
    LIGHTERMAIL_WEBHOOK_PORT: '0',
    LIGHTERMAIL_WEBHOOK_TOPIC_ARNS: topicArn,
    LIGHTERMAIL_WEBHOOK_CERTIFICATES_FROM: endpoint,
    LIGHTERMAIL_INBOUND_QUEUE_URL: `${endpoint}/123456789012/inbound`,
  };
  child = spawn(process.execPath, ['functions/sns-webhook/main.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (printed += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child?.once('exit', (code) => resolve(code)));
  return { ended, printed: () => printed };
}

describe('npm run sns-webhook', () => {
  it('B23 queues what SNS has signed, finishes it on SIGTERM, and ends with 0', async () => {
    const letGo = Promise.withResolvers<void>();
    const signer = await makeSigner({ validFrom: '2020-01-01T00:00:00Z', validTo: '2099-01-01T00:00:00Z' });
    const stub = await startAws(signer.certificate, letGo.promise);
    const { ended, printed } = start(stub);
    await until('the webhook to be up', () => printed().includes('webhook is up'), 20_000);
    const port = /"port":(\d+)/.exec(printed())?.[1];
    const body = JSON.stringify(signMessage(signer, sampleFields('Notification', new Date())));

    const answer = fetch(`http://127.0.0.1:${port}/sns`, { method: 'POST', body });
    await until(
      'the event to be on its way to the queue',
      () => stub.requests.some(({ method }) => method === 'POST'),
      20_000,
    );
    child?.kill('SIGTERM');
    await until('it to stop taking', () => printed().includes('webhook stops'), 20_000);
    letGo.resolve();
    const begunMs = performance.now();

    expect((await answer).status).toBe(200);
    expect(await ended).toBe(0);
    // A connection that its client keeps open is not waited for: the grace would be 25 s.
    expect(performance.now() - begunMs).toBeLessThan(15_000);
    expect(stub.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(printed()).toContain('signing certificates come from a stand-in');
  });

  it('B24 does not start without its settings: a line for each, and no stack', async () => {
    const lines: string[] = [];
    const environment = { LIGHTERMAIL_INBOUND_QUEUE_URL: 'inbound', LIGHTERMAIL_WEBHOOK_BIND: 'x' };
    const stopped = Promise.resolve();
    expect(await main({ environment, printError: (line) => lines.push(line), stopped })).toBe(1);
    expect(lines.map((line) => line.split(' is ')[0]).sort()).toEqual([
      'lightermail sns-webhook: LIGHTERMAIL_INBOUND_QUEUE_URL',
      'lightermail sns-webhook: LIGHTERMAIL_WEBHOOK_BIND',
      'lightermail sns-webhook: LIGHTERMAIL_WEBHOOK_TOPIC_ARNS',
    ]);
  });

  it('says which address it cannot have', async () => {
    const lines: string[] = [];
    const environment = {
      LIGHTERMAIL_WEBHOOK_TOPIC_ARNS: topicArn,
      LIGHTERMAIL_INBOUND_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/inbound',
      LIGHTERMAIL_WEBHOOK_BIND: '192.0.2.1',
    };
    expect(await main({ environment, printError: (line) => lines.push(line), stopped: Promise.resolve() })).toBe(1);
    expect(lines).toEqual([expect.stringContaining('LIGHTERMAIL_WEBHOOK_BIND 192.0.2.1 cannot be listened on')]);
  });
});
