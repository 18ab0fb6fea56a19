/** An address with the name people see. */
export interface RelayMailbox {
  readonly address: string;
  readonly name?: string;
}

/** One mail of the relay, checked, before it is written as a message. */
export interface RelayMessage {
  readonly emailId: string;
  /** Any characters, as the caller gave it. */
  readonly groupId: string;
  readonly from: RelayMailbox;
  readonly to: string;
  readonly replyTo?: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly date: Date;
}

/**
 * Writes the message (RFC 5322, CRLF, 7-bit): no value of a caller can add a field or a part.
 * @throws PermanentMailError `ERR_BAD_ADDRESS` or `ERR_HEADER_INJECTION`
 */
export type WriteRelayMessage = (message: RelayMessage) => Uint8Array;
