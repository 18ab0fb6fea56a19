import { openNatsConnection } from '../../shared/adapters/nats/nats-connection.ts';
import { startResponders } from '../../shared/adapters/nats/nats-responder.ts';
import { PermanentMailError } from '../../shared/errors/mail-error.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import type { NatsRelayConfig } from '../../shared/runtime/nats-config.ts';
import { openEventQueue } from '../../shared/runtime/nats-event-queue.ts';
import { serveHealth } from '../../shared/runtime/nats-health.ts';
import { openRelaySender } from '../../shared/runtime/nats-sender.ts';
import { openEmailEvents, openRelayStore } from '../../shared/runtime/nats-store.ts';
import { startBackground } from './background.ts';
import { relayRecords } from './relay-ports.ts';
import { toResponders } from './responders.ts';

export interface RunningRelay {
  /** Of the health probes. */
  readonly port: number;
  /** Rejects when the relay cannot go on. */
  readonly failed: Promise<never>;
  /** Takes nothing new, finishes what is in flight, closes. */
  stop(): Promise<void>;
}

/**
 * Starts the relay on NATS.
 *
 * 1. Connect, and open the store; refuse where events are wanted and cannot be had.
 * 2. Answer requests.
 * 3. Record events.
 * 4. Answer health probes.
 *
 * @throws PermanentMailError `ERR_SETTING`, TransientMailError `ERR_STORE_UNAVAILABLE`: the relay has not started
 */
export async function startRelay(config: NatsRelayConfig, log: Logger): Promise<RunningRelay> {
  const closers: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
      try {
        await close();
      } catch (error) {
        log.error('something could not be closed', error);
      }
    }
  };
  try {
    return await start(config, log, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  config: NatsRelayConfig,
  log: Logger,
  closers: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<RunningRelay> {
  const queue = openEventQueue(config);
  const nats = await openNatsConnection({ url: config.natsUrl, name: 'lightermail-nats-relay', log });
  closers.push(() => nats.close());
  const store = await openRelayStore(config, nats.connection);
  assertEvents(config, store);
  if (store === undefined) {
    log.warn('no JetStream, or no buckets: mail is sent but not tracked, and the two queries are not answered');
  }

  const { sender, close } = openRelaySender(config, log);
  closers.push(close);
  const emailEvents = openEmailEvents(config, nats.connection);
  const parts = { config, sender, log, emailEvents, ...(store === undefined ? {} : { store }) };
  const records = store === undefined ? undefined : relayRecords(store, parts);

  const background =
    records === undefined ? undefined : startBackground({ records, queue, log, settle: async () => store?.settle?.() });
  if (background !== undefined) closers.push(() => background.stop());
  const responders = startResponders(nats.connection, toResponders(parts, records), log);
  closers.push(() => responders.drain());
  await nats.connection.flush();

  const isReady = async () => {
    // Any email's key will do: that there is none is an answer too.
    await store?.read({ pk: 'EMAIL#readyz', sk: 'STATE' });
    return nats.isConnected();
  };
  const health = await serveHealth({ bind: config.bind, port: config.port, isReady });
  closers.push(() => health.close());
  log.info('relay is up', { port: health.port, tracked: store !== undefined, eventing: queue !== undefined });
  return { port: health.port, failed: whenFailed(nats.lost, background?.ended), stop };
}

function assertEvents(config: NatsRelayConfig, store: RecordStore | undefined): void {
  if (!config.isEventing || store !== undefined) return;
  const text = 'SES_EVENTING_ENABLED is true, but there is no record store: JetStream and its buckets are needed';
  throw new PermanentMailError('ERR_SETTING', text);
}

/** Rejects when the connection is lost for good, or when events can no longer be received. */
function whenFailed(lost: Promise<void>, events: Promise<void> | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  void lost.then(() => reject(new Error('the connection to nats is lost for good')));
  events?.catch(reject);
  return promise;
}
