/** An address with the name people see. */
export interface NamedAddress {
  readonly address: string;
  readonly name?: string;
}

/** A file that the recipient fetches by link. */
export interface LinkedFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly url: string;
  readonly expiresAt: Date;
}

/** A part that stays in the mail. */
export interface InlinePart {
  readonly contentId: string;
  readonly contentType: string;
  readonly fileName?: string;
  readonly content: Uint8Array;
}

/** Everything that goes into one outgoing mail; nothing else of the original does. */
export interface Composition {
  readonly emailId: string;
  readonly from: NamedAddress;
  readonly to: string;
  readonly replyTo?: readonly NamedAddress[];
  readonly subject: string;
  /** Message-IDs with their angle brackets (RFC 5322 §3.6.4). */
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  readonly text?: string;
  readonly html?: string;
  readonly files: readonly LinkedFile[];
  readonly inline: readonly InlinePart[];
  /** Where the link card stands. */
  readonly card: 'top' | 'bottom';
  readonly date: Date;
  /** Further fields of ours, by name; values are ASCII. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Writes a whole RFC 5322 message: CRLF, lines of at most 998 octets, 7-bit clean. The same composition always gives
 * the same bytes, so that a re-run cannot change a mail that is already under way.
 * Refuses a value that would add a header or a part: `PermanentMailError` `ERR_HEADER_INJECTION`.
 */
export interface MimeComposer {
  compose(composition: Composition): Uint8Array;
}
