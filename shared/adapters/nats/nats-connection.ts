import type { NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { TransientMailError } from '../../errors/mail-error.ts';
import type { Logger } from '../../ports/logger.ts';
import { parseNatsUrl } from './nats-url.ts';

export interface NatsConnectionOptions {
  /** `nats://[user:pass@]host[:port]`, or several with commas between them. */
  readonly url: string;
  /** Shown by the server in its list of connections. */
  readonly name: string;
  readonly log: Logger;
}

/** A connection that comes back by itself. */
export interface OpenNatsConnection {
  readonly connection: NatsConnection;
  isConnected(): boolean;
  /** Sends what is still to be sent, and closes. */
  close(): Promise<void>;
  /** Resolved when the connection is closed for good by a fault that no new try can mend; never after `close`. */
  readonly lost: Promise<void>;
}

const connectTimeoutMs = 5_000;
const reconnectWaitMs = 500;

/**
 * Connects to a NATS server or cluster; later losses are mended without end.
 * @throws TransientMailError `ERR_STORE_UNAVAILABLE` when no server answers at the start
 */
export async function openNatsConnection(options: NatsConnectionOptions): Promise<OpenNatsConnection> {
  const { log } = options;
  const connection = await connectFirst(options);
  let isConnected = true;
  let isClosing = false;
  const lost = Promise.withResolvers<void>();
  void connection.closed().then(() => (isClosing ? undefined : lost.resolve()));
  void watch();

  async function watch(): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') isConnected = false;
      if (type === 'reconnect') isConnected = true;
      if (type === 'disconnect' || type === 'reconnect' || type === 'error')
        log.warn('nats connection', { event: type });
    }
  }

  return {
    connection,
    isConnected: () => isConnected && !connection.isClosed(),
    async close() {
      isClosing = true;
      if (connection.isClosed()) return;
      // Draining waits for the server; one that is gone cannot be waited for.
      await (isConnected ? connection.drain() : connection.close());
    },
    lost: lost.promise,
  };
}

async function connectFirst({ url, name }: NatsConnectionOptions): Promise<NatsConnection> {
  const { servers, isTls, user, password, token } = parseNatsUrl(url);
  try {
    return await connect({
      servers,
      name,
      timeout: connectTimeoutMs,
      maxReconnectAttempts: -1,
      reconnectTimeWait: reconnectWaitMs,
      // A stack kept for each request that may fail is a sixth of all the work of a send.
      noAsyncTraces: true,
      ...(isTls ? { tls: {} } : {}),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { pass: password }),
      ...(token === undefined ? {} : { token }),
    });
  } catch (cause) {
    throw new TransientMailError('ERR_STORE_UNAVAILABLE', 'no nats-server answers at NATS_URL, or it refuses us', {
      cause,
    });
  }
}
