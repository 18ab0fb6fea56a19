/** What a parser tells of a mail (RFC 5322) and of its parts (RFC 2045). All text is decoded and free of C0 controls. */

export interface MailAddress {
  /** `local@domain`, as written, unquoted of its angle brackets. */
  readonly address: string;
  readonly name?: string;
}

/** The header fields that decide what becomes of a mail. Addresses without a usable `local@domain` are left out. */
export interface MailHead {
  readonly from: readonly MailAddress[];
  readonly replyTo: readonly MailAddress[];
  readonly subject: string;
  /** The Message-ID with its angle brackets. */
  readonly messageIdField?: string;
  readonly inReplyTo?: string;
  readonly references: readonly string[];
  /** RFC 3834, lower case, without parameters. */
  readonly autoSubmitted?: string;
  /** Empty for the null reverse-path. */
  readonly returnPath?: string;
  /** How often the mail was received: the number of `Received` fields. */
  readonly receivedCount: number;
  /** The top content type in lower case, without parameters; `text/plain` when there is none. */
  readonly contentType: string;
  /** All header fields in order, names in lower case, values unfolded but not decoded. */
  readonly fields: readonly HeaderField[];
}

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** The head of one leaf of the part tree. */
export interface PartHead {
  /** IMAP's part number, `1`, `2.1` (RFC 9051 §6.4.5); the only part of a mail that is not multipart is `1`. */
  readonly path: string;
  /** Lower case, without parameters. */
  readonly contentType: string;
  /** The name the sender gave (RFC 2183, 2231, 2047), decoded but not made safe. */
  readonly fileName?: string;
  readonly disposition?: 'attachment' | 'inline';
  /** Without angle brackets. */
  readonly contentId?: string;
  readonly transferEncoding: string;
  /** Parameters of the content type, decoded, names in lower case: `charset`, `method`, `protocol`, `smime-type` … */
  readonly typeParameters: Readonly<Record<string, string>>;
  /** Content types of the multiparts around the leaf, outermost first. */
  readonly within: readonly string[];
}

/** One node of the part tree, with its place in the raw mail: offsets count bytes from its first byte. */
export interface PartNode {
  /** As in `PartHead`; empty for a root that is multipart. */
  readonly path: string;
  readonly contentType: string;
  readonly typeParameters: Readonly<Record<string, string>>;
  readonly transferEncoding: string;
  readonly headerStart: number;
  readonly bodyStart: number;
  /** The line end before a boundary belongs to the boundary. */
  readonly bodyEnd: number;
  readonly children: readonly PartNode[];
}

/** What was found wrong and mended while reading, in words of a closed list, each at most once per part. */
export type ParseWarning =
  | 'header-line-without-colon'
  | 'header-line-skipped'
  | 'boundary-unclosed'
  | 'base64-damaged'
  | 'part-truncated'
  | 'charset-unknown'
  | 'mbox-from-line'
  /** Text behind the last boundary, which RFC 2046 §5.1.1 gives no reader: it is not passed on. */
  | 'epilogue-content'
  | 'bare-cr'
  | 'nul-byte'
  /** Longer than RFC 5322 §2.1.1 allows. */
  | 'line-too-long'
  /** A body part too large to be shown as one: it was given as a file. */
  | 'text-as-file';

export interface ParsedMail {
  readonly head: MailHead;
  /** The text body, decoded to Unicode, LF; absent when the mail has none. */
  readonly text?: string;
  readonly html?: string;
  /** The path is empty for what concerns the mail as a whole. */
  readonly warnings: readonly { readonly path: string; readonly warning: ParseWarning }[];
  readonly root: PartNode;
  /** Bytes read from the source. */
  readonly sizeBytes: number;
}
