import type { SnsMessage } from '../../shared/contracts/sns-message.ts';
import { TransientMailError } from '../../shared/errors/mail-error.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { Timer } from '../../shared/ports/timer.ts';
import type { SnsSide } from '../../shared/runtime/webhook-platform.ts';
import { createOnceEach } from './once-each.ts';
import type { TakeEvent } from './take-event.ts';

export interface ReceivePorts {
  readonly sns: SnsSide;
  readonly take: TakeEvent;
  readonly timer: Timer;
  readonly log: Logger;
}

/** Receives a body that was posted as a message of SNS; throws when it is not believed, or has to come again. */
export interface Receiver {
  /** @param untilMs when an answer must be given, on the timer's clock */
  receive(body: string, untilMs: number): Promise<void>;
  /** Resolved when no event is being taken any more. */
  idle(): Promise<void>;
}

/**
 * One message's way in.
 *
 * 1. Verify it: nothing is done for a message that SNS has not signed.
 * 2. An invitation is accepted by SNS's API, with its token; its URL is not called. A farewell is only noted.
 * 3. An event is taken, once, and SNS is answered when that is done. An answer that would be late says "again" instead:
 *    the work goes on, and the repetition finds it done.
 */
export function createReceiver({ sns, take, timer, log }: ReceivePorts): Receiver {
  const once = createOnceEach();
  const working = new Set<Promise<void>>();

  async function receiveVerified(message: SnsMessage, ageSeconds: number, untilMs: number): Promise<void> {
    const { MessageId: snsMessageId, TopicArn } = message;
    const fields = { snsMessageId, topic: TopicArn.slice(TopicArn.lastIndexOf(':') + 1) };
    if (message.Type === 'SubscriptionConfirmation') {
      await sns.subscriptions.confirm(TopicArn, message.Token);
      log.info('subscription confirmed', fields);
      return;
    }
    if (message.Type === 'UnsubscribeConfirmation') {
      log.warn('subscription has ended: nothing more will come from the topic', fields);
      return;
    }
    const work = once(snsMessageId, () => take({ notification: message, ageSeconds }));
    track(work);
    await within(work, untilMs);
    log.info('event taken', { ...fields, ageSeconds: Math.round(ageSeconds) });
  }

  function track(work: Promise<void>): void {
    working.add(work);
    const ended = () => working.delete(work);
    work.then(ended, ended);
  }

  async function within(work: Promise<void>, untilMs: number): Promise<void> {
    const done = new AbortController();
    const late = timer.wait(Math.max(0, untilMs - timer.monotonicMs()), done.signal).then(() => {
      if (done.signal.aborted) return;
      throw new TransientMailError('ERR_OUT_OF_TIME', 'the event is not done within the time that sns waits');
    });
    await Promise.race([work, late]).finally(() => done.abort());
  }

  return {
    async receive(body, untilMs) {
      const { message, ageSeconds } = await sns.verify(body);
      await receiveVerified(message, ageSeconds, untilMs);
    },
    async idle() {
      await Promise.allSettled(working);
    },
  };
}
