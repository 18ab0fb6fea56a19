import type { RelayMailbox } from '../contracts/relay-message.ts';

/** What decides whether and as whom a mail is sent. Domains are in lower case. */
export interface RelaySettings {
  /** `false`: requests are checked and answered, nothing is sent or recorded. */
  readonly isEnabled: boolean;
  readonly defaultFrom: Required<RelayMailbox>;
  /** Exactly these; none: no caller may choose the sender. */
  readonly fromDomains: readonly string[];
  /** These and what is below them; none: no caller may set Reply-To. */
  readonly replyToDomains: readonly string[];
  /** These and what is below them; none: every recipient is allowed. */
  readonly recipientDomains: readonly string[];
}
