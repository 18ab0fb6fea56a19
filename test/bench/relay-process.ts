import { type ChildProcess, spawn } from 'node:child_process';
import { Kvm } from '@nats-io/kv';
import { type NatsServer, startNatsServer } from '../functions/nats-relay/nats-server.ts';
import { createPeerBuckets } from '../functions/nats-relay/relay-desk.ts';
import { type SmtpSink, startSmtpSink } from '../functions/nats-relay/smtp-sink.ts';

export type Client = Awaited<ReturnType<NatsServer['connect']>>;

/** A nats-server, an SMTP server that throws away what it is given, and the relay as a process of its own between them. */
export interface RelayUnderLoad {
  readonly client: Client;
  readonly smtp: SmtpSink;
  request(subject: string, payload: object): Promise<Record<string, unknown>>;
  /** Keys of a bucket that match a filter. */
  keys(bucket: string, filter: string): Promise<number>;
  close(): Promise<void>;
}

const startWithinMs = 30_000;

export async function startRelayUnderLoad(program: string, alwaysSync: boolean): Promise<RelayUnderLoad> {
  const nats = await startNatsServer({ program, alwaysSync });
  const smtp = await startSmtpSink({ keep: false });
  const client = await nats.connect();
  await createPeerBuckets(client);
  const child = startRelay({
    ...{ NATS_URL: nats.url, PORT: '0', EMAIL_ENABLED: 'true', LOG_LEVEL: 'warn' },
    ...{ SMTP_HOST: '127.0.0.1', SMTP_PORT: String(smtp.port) },
  });
  const request = async (subject: string, payload: object) =>
    (
      await client.request(`lfx.email-service.${subject}`, JSON.stringify(payload), { timeout: 60_000 })
    ).json() as Record<string, unknown>;
  const close = async () => {
    await end(child);
    await nats.stop();
    await smtp.close();
  };
  try {
    await untilAnswered(() => client.request('lfx.email-service.get_email_status', '{}', { timeout: 1_000 }));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...{ client, smtp, request, close },
    async keys(bucket, filter) {
      let count = 0;
      for await (const _key of await (await new Kvm(client).open(bucket)).keys(filter)) count += 1;
      return count;
    },
  };
}

function startRelay(environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ['functions/nats-relay/main.ts'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { PATH: process.env.PATH ?? '', ...environment },
  });
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

async function untilAnswered(ask: () => Promise<unknown>): Promise<void> {
  const endsAtMs = performance.now() + startWithinMs;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() > endsAtMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
