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
  /** Unit: bytes of one line without its line end; beyond it the warning `line-too-long`, since nothing is lost by it. */
  readonly lineBytes: number;
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

/** What the scan mended by itself, or found odd and left as it is. */
export type ScanWarning =
  | 'header-line-without-colon'
  | 'header-line-skipped'
  | 'boundary-unclosed'
  | 'mbox-from-line'
  | 'epilogue-content'
  | 'bare-cr'
  | 'nul-byte'
  | 'line-too-long';

/** Every byte of the source is in exactly one of the first five classes. Unit: bytes. */
export interface ScanAccount {
  /** Header blocks with their blank lines; what is skipped before or inside the mail's own header counts here. */
  readonly headerBytes: number;
  /** Delimiter lines, with the line end before them that belongs to them (RFC 2046 §5.1.1). */
  readonly boundaryBytes: number;
  /** Before the first delimiter of a multipart. */
  readonly preambleBytes: number;
  /** Behind the last delimiter of a multipart. */
  readonly epilogueBytes: number;
  /** Bodies of leaves, still encoded. */
  readonly leafBytes: number;
  /** Bytes of preambles and of epilogues that are not white space. */
  readonly preambleInkBytes: number;
  readonly epilogueInkBytes: number;
  /** Delimiter lines that begin a part. */
  readonly separatorCount: number;
  /** Parts of the tree without the root. */
  readonly partCount: number;
  /** Whether the last delimiter was taken as the end of the mail, since nothing followed it. */
  readonly hasDroppedPart: boolean;
  /** Whether the mail ended with a multipart still open. */
  readonly isUnclosed: boolean;
  /** Whether the mail ended inside the header of a part, or in the middle of a line of its own header. */
  readonly isHeaderCut: boolean;
  readonly endsWithLineEnd: boolean;
}

/** What the scan reports, in document order. */
export type ScanEvent =
  | {
      readonly type: 'open';
      readonly part: ScannedPart;
      readonly fields: readonly ScannedField[];
      /** What divides a multipart: the bytes of its lines as latin1. */
      readonly boundary?: string;
    }
  /** Bytes of a leaf's body, still encoded: a view of the chunk pushed, not a copy. */
  | { readonly type: 'body'; readonly part: ScannedPart; readonly bytes: Buffer }
  /** `cut`: the input ended inside a part whose multipart was still open. */
  | { readonly type: 'close'; readonly part: ScannedPart; readonly cut: boolean }
  | { readonly type: 'warning'; readonly path: string; readonly warning: ScanWarning };
