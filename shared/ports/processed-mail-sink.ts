import type { ProcessedMail } from '../contracts/processed-mail.ts';

/** Tells whoever subscribed that a mail reached its end. */
export interface ProcessedMailSink {
  /** Resolved when the event is with its carrier. Throws `TransientMailError` when the carrier does not answer. */
  publish(event: ProcessedMail): Promise<void>;
}
