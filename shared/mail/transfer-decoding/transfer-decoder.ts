import { countInk } from '../mime-scan/is-blank.ts';
import { type Base64Decoder, createBase64Decoder } from './base64-decoder.ts';
import { createQuotedPrintableDecoder } from './quoted-printable-decoder.ts';

/** How the decoding of a whole body went. */
export interface TransferOutcome {
  /** Characters that the encoding does not have stood in the body, or padding in its middle. */
  readonly isDamaged: boolean;
  /** The body ends inside an encoded group. */
  readonly isIncomplete: boolean;
  /** The body ends with what the encoding ends with: base64's padding. */
  readonly isClosed: boolean;
}

/** How much went in and came out. Unit: bytes. */
export interface TransferCounts {
  readonly encodedBytes: number;
  readonly decodedBytes: number;
  /** Encoded bytes that are not white space; all of them where nothing is encoded. */
  readonly inkBytes: number;
  /** Of those, the ones that the encoding has; fewer than `inkBytes` in damaged base64 only. */
  readonly alphabetBytes: number;
  /** Blanks between other characters of one line, which base64 does not have; of other encodings none is counted. */
  readonly wordGapCount: number;
}

/** A decoder that keeps count. */
export interface TransferDecoder extends PlainDecoder {
  /** Complete after `end`. */
  readonly counts: TransferCounts;
}

/** Takes off a Content-Transfer-Encoding, piece by piece; pieces may be cut anywhere. */
export interface PlainDecoder {
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
  if (encoding === 'base64') {
    const decoder = createBase64Decoder();
    return counted(decoder, ({ length }) => length, decoder);
  }
  if (encoding === 'quoted-printable') return counted(createQuotedPrintableDecoder(), countInk);
  const outcome = { isDamaged: false, isIncomplete: false, isClosed: false };
  return counted({ push: (bytes) => bytes, end: () => Buffer.alloc(0), outcome }, ({ length }) => length);
}

/** @param found what of the ink is white space or garbage, where the decoder counts it itself */
function counted(
  decoder: PlainDecoder,
  inkOf: (bytes: Buffer) => number,
  found: Pick<Base64Decoder, 'foreign' | 'wordGapCount'> = {
    foreign: { spaceBytes: 0, garbageBytes: 0 },
    wordGapCount: 0,
  },
): TransferDecoder {
  let encodedBytes = 0;
  let decodedBytes = 0;
  let inkBytes = 0;
  const out = (bytes: Buffer) => {
    decodedBytes += bytes.length;
    return bytes;
  };
  return {
    outcome: decoder.outcome,
    push(bytes) {
      encodedBytes += bytes.length;
      inkBytes += inkOf(bytes);
      return out(decoder.push(bytes));
    },
    end: () => out(decoder.end()),
    get counts() {
      const { foreign, wordGapCount } = found;
      const ink = inkBytes - foreign.spaceBytes;
      return { encodedBytes, decodedBytes, inkBytes: ink, alphabetBytes: ink - foreign.garbageBytes, wordGapCount };
    },
  };
}
