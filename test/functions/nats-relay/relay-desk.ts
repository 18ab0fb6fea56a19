import { Kvm } from '@nats-io/kv';
import { type RunningRelay, startRelay } from '../../../functions/nats-relay/start-relay.ts';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { readNatsConfig } from '../../../shared/runtime/nats-config.ts';
import { type NatsServer, type NatsServerOptions, startNatsServer } from './nats-server.ts';
import { type SmtpSink, startSmtpSink } from './smtp-sink.ts';

type Client = Awaited<ReturnType<NatsServer['connect']>>;

/** A relay in this process over a real nats-server and a real SMTP server, and a caller's connection. */
export interface RelayDesk {
  readonly nats: NatsServer;
  readonly smtp: SmtpSink;
  readonly client: Client;
  readonly environment: Record<string, string>;
  readonly logLines: string[];
  readonly relay: RunningRelay;
  /** One more relay beside the first, with changed settings. */
  startAnother(environment?: Record<string, string>): Promise<RunningRelay>;
  /** Sends a request as any NATS client does; texts go as they are, the rest as JSON. Answers the parsed reply. */
  request(subject: string, payload: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export interface RelayDeskOptions extends NatsServerOptions {
  readonly environment?: Record<string, string>;
  /** `false`: the buckets that an operator makes are not there. */
  readonly buckets?: boolean;
}

export async function openRelayDesk(options: RelayDeskOptions = {}): Promise<RelayDesk> {
  const nats = await startNatsServer(options);
  const smtp = await startSmtpSink();
  const client = await nats.connect();
  if (options.jetStream !== false && options.buckets !== false) await createPeerBuckets(client);
  const logLines: string[] = [];
  const environment = {
    ...{ NATS_URL: nats.url, PORT: '0', EMAIL_ENABLED: 'true', SMTP_HOST: '127.0.0.1', SMTP_PORT: String(smtp.port) },
    ...options.environment,
  };
  const log = createLogger({ service: 'nats-relay', level: 'debug', write: (line) => logLines.push(line) });
  const relays: RunningRelay[] = [];
  const start = async (changed: Record<string, string> = {}) => {
    const relay = await startRelay(readNatsConfig({ ...environment, ...changed }), log);
    relays.push(relay);
    return relay;
  };
  const close = async () => {
    await Promise.allSettled(relays.map((relay) => relay.stop()));
    await nats.stop();
    await smtp.close();
  };
  try {
    const relay = await start();
    return {
      ...{ nats, smtp, client, environment, logLines, relay, close },
      startAnother: start,
      async request(subject, payload) {
        const data = typeof payload === 'string' ? payload : JSON.stringify(payload);
        return (await client.request(subject, data, { timeout: 40_000 })).json();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The two buckets that whoever installs the peer makes. */
export async function createPeerBuckets(client: Client): Promise<void> {
  const kvm = new Kvm(client);
  for (const bucket of ['email-recipients', 'email-group-index']) await kvm.create(bucket, { history: 1 });
}
