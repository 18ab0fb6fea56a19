import { isAscii } from 'node:buffer';

const name = /^iso-?2022-?jp/i;
const decoder = new TextDecoder('iso-2022-jp');
const extendedValue = /(\*=\s*"?)iso-?2022-?jp[\w-]*('[^'"]*')([^;\s"]*)/gi;
const highOctet = /%[89a-f][0-9a-f]/i;

/**
 * Text in ISO-2022-JP, whose bytes have seven bits (RFC 1468), that holds other bytes all the same: each reads as U+FFFD,
 * where the usual decoder passes over it without a word. Nothing when the charset is another or the bytes are right.
 */
export function decodeDamagedJapanese(charset: string, bytes: Buffer): string | undefined {
  return name.test(charset) && !isAscii(bytes) ? decoder.decode(bytes) : undefined;
}

/** A field in which extended values (RFC 2231 §4) of that kind are written in UTF-8 instead. */
export function mendJapaneseParameters(field: string): string {
  return field.replace(extendedValue, (whole, mark: string, language: string, encoded: string) => {
    if (!highOctet.test(encoded)) return whole;
    const octets = encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    const text = encodeURIComponent(decoder.decode(Buffer.from(octets, 'latin1'))).replace(/[!'()*]/g, toOctet);
    return `${mark}utf-8${language}${text}`;
  });
}

function toOctet(char: string): string {
  return `%${char.charCodeAt(0).toString(16)}`;
}
