import type { Readable } from 'node:stream';

/** One mail to one recipient, on its way out. */
export interface OutgoingMail {
  readonly emailId: string;
  /** Envelope sender (RFC 5321 MAIL FROM): a verified identity. */
  readonly mailFrom: string;
  /** Envelope recipient (RFC 5321 RCPT TO). */
  readonly rcptTo: string;
  /** Opens the whole message (RFC 5322, CRLF); called once per attempt. */
  readonly openMime: () => Promise<Readable>;
  readonly sizeBytes: number;
  /** SES configuration set, by name. */
  readonly configurationSet?: string;
  /** SES message tags: names and values of `[A-Za-z0-9_-]`, at most 256 characters. */
  readonly emailTags: Readonly<Record<string, string>>;
}

/** The transport took the mail over. */
export interface SendReceipt {
  /** The transport's own id for the mail (SES's message id, the SMTP queue id). */
  readonly transportId: string;
}

/**
 * Hands one mail to the transport in exactly one attempt: it never tries again by itself.
 * Refused for now, or failed before a byte left: `TransientMailError`. Refused for good: `PermanentMailError`.
 * No answer after bytes had left: `TransientMailError` `ERR_SEND_UNCERTAIN`, the only code that may mean "sent".
 */
export interface MailSender {
  /**
   * How an uncertain attempt can be settled: `events` (the transport tells later, by an event that carries the email id),
   * `none` (nothing will ever tell), `idempotent` (a second attempt with the same email id replaces the first).
   */
  readonly settlement: 'events' | 'none' | 'idempotent';
  /** The longest that one attempt can take; unit: seconds. A claim lasts at least this long. */
  readonly timeoutSeconds: number;
  send(mail: OutgoingMail): Promise<SendReceipt>;
}
