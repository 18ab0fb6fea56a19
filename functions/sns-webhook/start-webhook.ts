import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { PermanentMailError } from '../../shared/errors/mail-error.ts';
import { createInboundPorts } from '../../shared/inbound/inbound-ports.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import { systemClock } from '../../shared/runtime/ids.ts';
import { recordsOf } from '../../shared/runtime/records.ts';
import { systemTimer } from '../../shared/runtime/system-timer.ts';
import type { WebhookConfig, WebhookDelivery } from '../../shared/runtime/webhook-config.ts';
import {
  openInboundDeadLetters,
  openInboundQueue,
  openInlinePlatform,
  openSnsSide,
} from '../../shared/runtime/webhook-platform.ts';
import { createReceiver, type Receiver } from './receive-message.ts';
import { processEvents, queueEvents, type TakeEvent } from './take-event.ts';
import { webhookApp } from './webhook-app.ts';

export interface RunningWebhook {
  readonly port: number;
  /** Takes nothing new, finishes what is in flight, closes. */
  stop(): Promise<void>;
}

/** Containers are killed 30 s after they were told to stop. */
const graceMs = 25_000;

/** A request's head and body are small; the checks are made every second. */
const serverOptions = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
} as const;

/**
 * Starts the HTTPS subscriber of SNS; TLS ends at the proxy in front of it.
 * @throws PermanentMailError `ERR_SETTING` when the port or the address cannot be had
 */
export async function startWebhook(config: WebhookConfig, log: Logger): Promise<RunningWebhook> {
  if (config.certificatesFrom !== undefined)
    log.warn('signing certificates come from a stand-in on this machine: messages are not known to be of sns');
  const { take, settle } = openTake(config.delivery, log);
  const receiver = createReceiver({ sns: openSnsSide(config), take, timer: systemTimer, log });
  let isStopping = false;
  const app = webhookApp({
    receiver,
    proxyCount: config.proxyCount,
    ...{ clock: systemClock, timer: systemTimer, log },
    isReady: () => !isStopping,
  });
  const server = createServer(serverOptions, getRequestListener(app.fetch));
  closeWhenAnswered(server);
  const port = await listen(server, config);
  log.info('webhook is up', { port, way: config.delivery.way, topics: config.topicArns.length });
  return {
    port,
    async stop() {
      isStopping = true;
      await drain(server, receiver);
      await settle();
    },
  };
}

/** How events are taken, and what is still to be told of them when no more come. */
function openTake(
  delivery: WebhookDelivery,
  log: Logger,
): { readonly take: TakeEvent; readonly settle: () => Promise<unknown> } {
  if (delivery.way === 'queue') {
    return { take: queueEvents(openInboundQueue(delivery.queueUrl)), settle: async () => undefined };
  }
  const platform = openInlinePlatform(delivery.aws, log);
  const records = recordsOf(platform);
  const ports = createInboundPorts(platform, records);
  const deadLetters = openInboundDeadLetters(delivery.aws);
  const take = processEvents({ ports, deadLetters, concurrency: delivery.concurrency, log });
  return { take, settle: async () => records.processedOutbox?.settle() };
}

function listen(server: Server, { bind, port }: WebhookConfig): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const text = `LIGHTERMAIL_WEBHOOK_PORT ${port} on LIGHTERMAIL_WEBHOOK_BIND ${bind} cannot be listened on`;
      reject(new PermanentMailError('ERR_SETTING', text, { cause }));
    });
    server.listen({ host: bind, port }, () => resolve((server.address() as AddressInfo).port));
  });
}

/** A client keeps its connection for the next message: once nothing is listened to any more, there is none. */
function closeWhenAnswered(server: Server): void {
  server.on('request', (_request, response) => {
    response.once('close', () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
  });
}

/** Answers and work that are under way are finished; what is still there after the grace is cut off. */
async function drain(server: Server, receiver: Receiver): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const grace = new AbortController();
  await Promise.race([closed.then(() => receiver.idle()), systemTimer.wait(graceMs, grace.signal)]);
  grace.abort();
  server.closeAllConnections();
  await closed;
}
