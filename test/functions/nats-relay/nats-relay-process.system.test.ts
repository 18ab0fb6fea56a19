import { type ChildProcess, spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type NatsServer, startNatsServer } from './nats-server.ts';
import { createPeerBuckets } from './relay-desk.ts';
import { startSmtpSink } from './smtp-sink.ts';

const queueUrl = 'http://127.0.0.1:9/123456789012/engagement';

/** The relay as its own process, as `npm run nats-relay` starts it. */
function startProcess(environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ['functions/nats-relay/main.ts'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', PORT: '0', AWS_EC2_METADATA_DISABLED: 'true', ...environment },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function outcome(child: ChildProcess) {
  if (child.stdout === null || child.stderr === null) throw new Error('no pipes');
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [code, out, error] = await Promise.all([ended, buffer(child.stdout), buffer(child.stderr)]);
  return { code, out: out.toString('utf8'), error: error.toString('utf8') };
}

describe('the process of the relay on NATS', () => {
  let nats: NatsServer;
  let bare: NatsServer;
  beforeAll(async () => {
    nats = await startNatsServer();
    bare = await startNatsServer({ jetStream: false });
    await createPeerBuckets(await nats.connect());
  });
  afterAll(async () => {
    await nats.stop();
    await bare.stop();
  });

  it.each([
    [
      'eventing without a queue',
      () => ({ NATS_URL: nats.url, SES_EVENTING_ENABLED: 'true' }),
      'SES_ENGAGEMENT_SQS_QUEUE_URL',
    ],
    [
      'eventing without a store',
      () => ({ NATS_URL: bare.url, SES_EVENTING_ENABLED: 'true', SES_ENGAGEMENT_SQS_QUEUE_URL: queueUrl }),
      'no record store',
    ],
    ['a server that is not there', () => ({ NATS_URL: 'nats://user:hidden@127.0.0.1:9' }), 'NATS_URL'],
    ['settings that are wrong', () => ({ MAIL_TRANSPORT: 'pigeon', PORT: 'x' }), 'MAIL_TRANSPORT'],
    ['DynamoDB without a table', () => ({ RECORD_STORE: 'dynamodb' }), 'LIGHTERMAIL_TABLE'],
  ])('refuses to start with %s: exit code 1 and one clear line', async (_name, environment, word) => {
    const { code, error } = await outcome(startProcess(environment()));
    expect(code).toBe(1);
    expect(error.trim().split('\n')).toHaveLength(1);
    expect(error).toContain(word);
    expect(error).not.toContain('hidden');
  });

  it('ends with exit code 1 after three failed receives in a row, so that its supervisor sees it', async () => {
    const { code, out } = await outcome(
      startProcess({
        ...{ NATS_URL: nats.url, SES_EVENTING_ENABLED: 'true', SES_ENGAGEMENT_SQS_QUEUE_URL: queueUrl },
        ...{ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' },
      }),
    );
    expect(code).toBe(1);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ message }) => message === 'events could not be received')).toHaveLength(3);
    expect(lines.some(({ message }) => message === 'the relay cannot go on')).toBe(true);
  });

  it('answers what is in flight after SIGTERM, then ends with exit code 0', async () => {
    const smtp = await startSmtpSink();
    onTestFinished(() => smtp.close());
    const go = smtp.hold();
    const child = startProcess({
      ...{ NATS_URL: nats.url, EMAIL_ENABLED: '1', SMTP_HOST: '127.0.0.1', SMTP_PORT: String(smtp.port) },
      ...{ NATS_SUBJECT_PREFIX: 'drain', LOG_ADD_SOURCE: 'true' },
    });
    const ended = outcome(child);
    const client = await nats.connect();
    const request = async (subject: string, payload: object) =>
      (await client.request(`drain.${subject}`, JSON.stringify(payload), { timeout: 30_000 })).json();
    const isUp = () => request('get_email_status', {}).then(Boolean, () => false);
    await expect.poll(isUp, { timeout: 30_000 }).toBe(true);
    const sent = request('send_email', { to: 'a@example.com', subject: 's', html: 'h', text: 't' });
    await expect.poll(() => smtp.arrivedCount(), { timeout: 10_000 }).toBe(1);
    child.kill('SIGTERM');
    await expect.poll(isUp, { timeout: 10_000 }).toBe(false);
    go();
    expect(await sent).toHaveProperty('email_id');
    const { code, out, error } = await ended;
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/"source":"functions\/nats-relay\/main\.ts:\d+"/);
  });
});
