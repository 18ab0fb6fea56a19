import type { EmailEvent } from '../contracts/email-event.ts';

/** Takes our own events out: a topic, NATS, or several of them. */
export interface EmailEventSink {
  /** Resolved when the event is with its carrier. Throws `TransientMailError` when the carrier does not answer. */
  publish(event: EmailEvent): Promise<void>;
}
