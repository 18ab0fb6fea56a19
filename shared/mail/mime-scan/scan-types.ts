/** What the scan refuses to read beyond; each limit has a code of its own. */
export interface ScanLimits {
  /** Unit: bytes of the whole mail; beyond it `ERR_TOO_LARGE`. */
  readonly totalBytes: number;
  /** Unit: bytes of one header block, each line counted as at least 64; beyond it `ERR_HEADER_TOO_LARGE`. */
  readonly headerBytes: number;
  /** Parts of the whole tree without the root; beyond it `ERR_TOO_MANY_PARTS`. */
  readonly parts: number;
  /** Multipart bodies inside each other; beyond it `ERR_TOO_DEEP`. */
  readonly depth: number;
}

/** A header field as the scan found it: name in lower case, value unfolded, trimmed, without controls, not decoded. */
export interface ScannedField {
  readonly name: string;
  readonly value: string;
}

/** One node of the part tree. Offsets count bytes from the first byte of the source. */
export interface ScannedPart {
  /** IMAP's part number (RFC 9051 §6.4.5); empty for a root that is multipart. */
  readonly path: string;
  /** Lower case, without parameters; what RFC 2045 §5.2 and RFC 2046 §5.1.5 assume when the field is missing or broken. */
  readonly contentType: string;
  /** Lower case; `7bit` when the field is missing. */
  readonly transferEncoding: string;
  readonly isMultipart: boolean;
  readonly parent?: ScannedPart;
  readonly children: ScannedPart[];
  readonly headerStart: number;
  bodyStart: number;
  /** Where the body ends; the line end before a boundary belongs to the boundary (RFC 2046 §5.1.1). */
  bodyEnd: number;
}

/** What the scan mended by itself. */
export type ScanWarning = 'header-line-without-colon' | 'boundary-unclosed' | 'mbox-from-line';

/** What the scan reports, in document order. */
export type ScanEvent =
  | { readonly type: 'open'; readonly part: ScannedPart; readonly fields: readonly ScannedField[] }
  /** Bytes of a leaf's body, still encoded: a view of the chunk pushed, not a copy. */
  | { readonly type: 'body'; readonly part: ScannedPart; readonly bytes: Buffer }
  /** `cut`: the input ended inside a part whose multipart was still open. */
  | { readonly type: 'close'; readonly part: ScannedPart; readonly cut: boolean }
  | { readonly type: 'warning'; readonly path: string; readonly warning: ScanWarning };
