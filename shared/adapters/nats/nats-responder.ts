import { setTimeout as delay } from 'node:timers/promises';
import type { Msg, NatsConnection, Subscription } from '@nats-io/nats-core';
import { PermanentMailError } from '../../errors/mail-error.ts';
import type { Logger } from '../../ports/logger.ts';

/** Answers one kind of request. */
export interface Responder {
  readonly subject: string;
  readonly queueGroup: string;
  /** The reply, sent as JSON. */
  readonly answer: (data: Uint8Array) => Promise<object>;
  /** The reply when `answer` throws, or gives more than one message may hold. */
  readonly fault: object;
}

/** Requests being answered. */
export interface Responders {
  /** Takes no new requests, and resolves when every one that was taken has its reply. */
  drain(): Promise<void>;
}

/** Beyond this, requests wait: each holds a whole mail in memory. */
const maxInFlight = 256;

/** A server that is gone does not confirm that it sends no more. */
const unsubscribeWithinMs = 3_000;

/** Gives each request exactly one reply. */
export function startResponders(connection: NatsConnection, responders: readonly Responder[], log: Logger): Responders {
  const inFlight = new Set<Promise<void>>();
  const loops: Promise<void>[] = [];
  const subscriptions = responders.map((responder) => {
    const subscription = connection.subscribe(responder.subject, { queue: responder.queueGroup });
    loops.push(takeAll(subscription, (message) => reply(message, responder, log), inFlight));
    return subscription;
  });
  return {
    async drain() {
      await Promise.race([
        Promise.allSettled(subscriptions.map((one) => one.drain())),
        delay(unsubscribeWithinMs, undefined, { ref: false }),
      ]);
      // Only where the server has not confirmed it: what it still sends is not taken.
      for (const subscription of subscriptions) if (!subscription.isClosed()) subscription.unsubscribe();
      await Promise.allSettled(loops);
      await Promise.allSettled(inFlight);
    },
  };
}

async function takeAll(
  subscription: Subscription,
  take: (message: Msg) => Promise<void>,
  inFlight: Set<Promise<void>>,
): Promise<void> {
  for await (const message of subscription) {
    const taken: Promise<void> = take(message).finally(() => inFlight.delete(taken));
    inFlight.add(taken);
    if (inFlight.size >= maxInFlight) await Promise.race(inFlight);
  }
}

async function reply(message: Msg, responder: Responder, log: Logger): Promise<void> {
  const { subject, fault } = responder;
  let answer = fault;
  try {
    answer = await responder.answer(message.data);
    respond(message, answer);
    return;
  } catch (error) {
    log.error('a request could not be answered as it should', error, { subject });
  }
  try {
    respond(message, fault);
  } catch (error) {
    log.error('a request could not be answered at all', error, { subject });
  }
}

/** @throws PermanentMailError `ERR_TOO_LARGE` when the server takes no message of that size */
function respond(message: Msg, answer: object): void {
  const data = JSON.stringify(answer);
  try {
    message.respond(data);
  } catch (cause) {
    const text = `a reply of ${Buffer.byteLength(data)} bytes was not taken by the nats client`;
    throw new PermanentMailError('ERR_TOO_LARGE', text, { cause });
  }
}
