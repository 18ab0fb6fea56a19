/** RFC 2045 §6.7 (5) and §6.8: encoded lines have at most 76 characters. */
const maxEncodedLine = 76;
/** Above this share of non-ASCII bytes base64 is both shorter and no less readable. */
const base64Share = 1 / 6;

/** A body part as it stands in the message: 7-bit, LF line ends, no line end at its end. */
export interface EncodedBody {
  readonly encoding: 'quoted-printable' | 'base64';
  readonly data: string;
}

/**
 * Encodes a text whose last character is a line end. The quoted-printable form leaves that last line end to whoever
 * writes the line that follows; in the base64 form it is part of the data, and line ends are CRLF (RFC 2046 §4.1.1).
 */
export function encodeTextBody(text: string): EncodedBody {
  const bytes = Buffer.from(text);
  if (nonAsciiCount(bytes) > bytes.length * base64Share) {
    return { encoding: 'base64', data: encodeBase64(Buffer.from(text.replaceAll('\n', '\r\n'))) };
  }
  const lines = text.slice(0, -1).split('\n');
  return { encoding: 'quoted-printable', data: lines.map(encodeLine).join('\n') };
}

/** Bytes in base64, in lines of 76 characters. */
export function encodeBase64(bytes: Uint8Array): string {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < whole.length; at += maxEncodedLine) lines.push(whole.slice(at, at + maxEncodedLine));
  return lines.join('\n');
}

/** A multiple of what one line holds, so that pieces of it are lines of their own. Unit: bytes. */
const base64Window = 57 * 1000;

/** Bytes in base64, as ASCII in lines of 76 characters parted by CRLF: for large ones, without holding them as text. */
export function encodeBase64Bytes(bytes: Uint8Array): Uint8Array {
  const charCount = Math.ceil(bytes.length / 3) * 4;
  const breakCount = Math.max(0, Math.ceil(charCount / maxEncodedLine) - 1);
  const encoded = Buffer.allocUnsafe(charCount + breakCount * 2);
  let at = 0;
  for (let start = 0; start < bytes.length; start += base64Window) {
    const lines = encodeBase64(bytes.subarray(start, start + base64Window)).replaceAll('\n', '\r\n');
    if (start > 0) at += encoded.write('\r\n', at, 'latin1');
    at += encoded.write(lines, at, 'latin1');
  }
  return encoded;
}

function nonAsciiCount(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte > 0x7f) count += 1;
  return count;
}

const equalsSign = 0x3d;
const quoted = Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x20 && byte <= 0x7e && byte !== equalsSign) || byte === 0x09
    ? String.fromCharCode(byte)
    : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

/**
 * One line in quoted-printable, broken softly where it is long. White space at its end is encoded (RFC 2045 §6.7 (3)),
 * and so is the F of a leading `From `, which mailboxes in mbox form would mangle.
 */
function encodeLine(line: string): string {
  const bytes = Buffer.from(line);
  let encoded = '';
  let column = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    const atEnd = index === bytes.length - 1;
    const mustHide = (atEnd && (byte === 0x20 || byte === 0x09)) || (index === 0 && line.startsWith('From '));
    const piece = mustHide ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}` : (quoted[byte] ?? '');
    // A soft break needs one column for its own "=", unless the line ends here.
    if (column + piece.length > (atEnd ? maxEncodedLine : maxEncodedLine - 1)) {
      encoded += '=\n';
      column = 0;
    }
    encoded += piece;
    column += piece.length;
  }
  return encoded;
}
