import { createBase64Decoder } from './base64-decoder.ts';
import { createQuotedPrintableDecoder } from './quoted-printable-decoder.ts';

/** How the decoding of a whole body went. */
export interface TransferOutcome {
  /** Characters that the encoding does not have stood in the body, or padding in its middle. */
  readonly isDamaged: boolean;
  /** The body ends inside an encoded group. */
  readonly isIncomplete: boolean;
}

/** Takes off a Content-Transfer-Encoding, piece by piece; pieces may be cut anywhere. */
export interface TransferDecoder {
  push(bytes: Buffer): Buffer;
  /** The last bytes; afterwards `outcome` is complete. */
  end(): Buffer;
  readonly outcome: TransferOutcome;
}

/**
 * The decoder for a Content-Transfer-Encoding (RFC 2045 §6). `7bit`, `8bit`, `binary` and every encoding that is not
 * known leave the bytes as they are (§6.4 asks to treat those as opaque).
 * @param encoding lower case
 */
export function createTransferDecoder(encoding: string): TransferDecoder {
  if (encoding === 'base64') return createBase64Decoder();
  if (encoding === 'quoted-printable') return createQuotedPrintableDecoder();
  const outcome = { isDamaged: false, isIncomplete: false };
  return { push: (bytes) => bytes, end: () => Buffer.alloc(0), outcome };
}
