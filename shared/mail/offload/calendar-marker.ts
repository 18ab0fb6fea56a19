import { isUtf8 } from 'node:buffer';
import { findRecipients } from '../recipients/find-recipients.ts';

/** RFC 5545 §3.1: lines of at most 75 octets without their end; one is the space of a continuation. */
const maxLineOctets = 74;

/**
 * A calendar object without the recipient lists and markers that its description took over from the body; the very same
 * bytes when there are none.
 * @param bytes iCalendar (RFC 5545), decoded
 */
export function withoutMarkerInCalendar(bytes: Buffer, marker: string): Buffer {
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  const unfolded = bytes.toString(encoding).replace(/\r?\n[ \t]/g, '');
  const rest = findRecipients({ text: unfolded, marker }).text ?? unfolded;
  if (rest === unfolded) return bytes;
  const lines = rest.replace(/\r?\n$/, '').split(/\r?\n/);
  return Buffer.from(`${lines.map((line) => foldLine(line, encoding)).join('\r\n')}\r\n`, encoding);
}

/** Never cuts a character, though the standard would allow it. */
function foldLine(line: string, encoding: 'utf8' | 'latin1'): string {
  if (Buffer.byteLength(line, encoding) <= maxLineOctets) return line;
  const pieces: string[] = [];
  let piece = '';
  let octets = 0;
  for (const char of line) {
    const size = Buffer.byteLength(char, encoding);
    if (octets + size > maxLineOctets) {
      pieces.push(piece);
      piece = '';
      octets = 0;
    }
    piece += char;
    octets += size;
  }
  return [...pieces, piece].join('\r\n ');
}
