import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/nats-core';
import type { EmailEvent } from '../../contracts/email-event.ts';
import { TransientMailError } from '../../errors/mail-error.ts';
import type { EmailEventSink } from '../../ports/email-event-sink.ts';
import { answered } from './nats-errors.ts';

export interface NatsEmailEventsOptions {
  readonly connection: NatsConnection;
  /** Events go to `<prefix>.events.<type>`. */
  readonly prefix: string;
}

const answerWithinMs = 5_000;

/** Whether a stream takes our events is looked up again after this long. */
const lookEveryMs = 60_000;

/**
 * Publishes events on NATS: into JetStream where a stream takes the subject, which drops what was published before under
 * the same `Nats-Msg-Id`; else to whoever listens now, and then resolved when the server has it.
 *
 * The stream is looked up beforehand: a plain subscriber never answers, and would be waited for.
 */
export function natsEmailEvents({ connection, prefix }: NatsEmailEventsOptions): EmailEventSink {
  const js = jetstream(connection);
  const isKept = cachedFor(lookEveryMs, () => hasStream(connection, `${prefix}.events.sent`));
  return {
    async publish(event: EmailEvent) {
      const subject = `${prefix}.events.${event.type}`;
      const data = JSON.stringify(event);
      if (await isKept()) {
        await js.publish(subject, data, { msgID: event.event_id, timeout: answerWithinMs, retries: 1 }).catch(fail);
        return;
      }
      const told = headers();
      told.set('Nats-Msg-Id', event.event_id);
      await answered('publish', async () => {
        connection.publish(subject, data, { headers: told });
        await connection.flush();
      });
    },
  };
}

/** No JetStream, no stream of that subject, or no answer: all of them mean that nothing is kept. */
async function hasStream(connection: NatsConnection, subject: string): Promise<boolean> {
  try {
    return (await (await jetstreamManager(connection)).streams.find(subject)) !== '';
  } catch {
    return false;
  }
}

function cachedFor<Value>(ms: number, read: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  let untilMs = 0;
  return () => {
    if (value === undefined || performance.now() >= untilMs) {
      value = read();
      untilMs = performance.now() + ms;
    }
    return value;
  };
}

function fail(cause: unknown): never {
  throw new TransientMailError('ERR_TOPIC_UNAVAILABLE', 'nats did not take an event', { cause });
}
