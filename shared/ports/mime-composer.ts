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

/** A file that stays in the mail, byte for byte. */
export interface KeptPart {
  /** Lower case, without parameters. */
  readonly contentType: string;
  /** Of the original content type, decoded; those that are safe are written: `charset`, `method` and the like. */
  readonly typeParameters: Readonly<Record<string, string>>;
  readonly fileName: string;
  readonly disposition?: 'attachment' | 'inline';
  readonly contentId?: string;
  readonly content: Uint8Array;
}

/** The header of one outgoing mail. */
export interface MailHeader {
  readonly emailId: string;
  readonly from: NamedAddress;
  readonly to: string;
  readonly replyTo?: readonly NamedAddress[];
  readonly subject: string;
  /** Message-IDs with their angle brackets (RFC 5322 §3.6.4). */
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  readonly date: Date;
  /** Further fields of ours, by name; values are ASCII. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything that goes into one outgoing mail; nothing else of the original does. */
export interface Composition extends MailHeader {
  readonly text?: string;
  readonly html?: string;
  readonly files: readonly LinkedFile[];
  readonly inline: readonly InlinePart[];
  /** Calendar entries that stand among the alternatives of the body (RFC 6047 §2.4). */
  readonly alternatives?: readonly KeptPart[];
  /** Files that stay in the mail. */
  readonly kept?: readonly KeptPart[];
  /** One sentence of ours, shown in both bodies beside the link card. */
  readonly note?: string;
  /** Where the link card stands. */
  readonly card: 'top' | 'bottom';
}

/** A MIME field of the original, unfolded. */
export interface ContentField {
  readonly name: 'Content-Type' | 'Content-Transfer-Encoding' | 'Content-Disposition';
  /** As the sender wrote it. */
  readonly value: string;
}

/**
 * Writes a whole RFC 5322 message: CRLF, lines of at most 998 octets, 7-bit clean. The same composition always gives
 * the same bytes, so that a re-run cannot change a mail that is already under way.
 * Refuses a value that would add a header or a part: `PermanentMailError` `ERR_HEADER_INJECTION`.
 */
export interface MimeComposer {
  compose(composition: Composition): Uint8Array;
  /**
   * Writes the header block of a mail whose body follows unchanged, with the blank line that ends it.
   * A content field that cannot be written as it is: `PermanentMailError` `ERR_HEADER_INJECTION`.
   */
  composeHeader(header: MailHeader, content: readonly ContentField[]): Uint8Array;
}
