/** Text without C0 controls and DEL; in a header value a tab is a space (C12: encoded CRLF must not become a line). */
export function toPlainLine(text: string): string {
  return text
    .replace(/[\t\r\n]+/g, ' ')
    .replace(/[\0-\x1f\x7f]/g, '')
    .trim();
}

/** A body with LF line ends, without a byte order mark and without C0 controls other than line feed and tab. */
export function toPlainBody(text: string): string {
  const unmarked = text.startsWith('\ufeff') ? text.slice(1) : text;
  return unmarked.replace(/\r\n?/g, '\n').replace(/[\0-\x08\x0b-\x1f\x7f]/g, '');
}

/**
 * Whether bytes hold nothing that a text could show: white space, controls and byte order marks only. It errs towards
 * "something": bytes above ASCII always count, except the marks of UTF-8 and UTF-16 at the beginning.
 */
export function isInkless(bytes: Buffer): boolean {
  const marked = bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0;
  const start = marked === 0 && bytes.length >= 2 && [0xfeff, 0xfffe].includes(bytes.readUInt16BE(0)) ? 2 : marked;
  for (let at = start; at < bytes.length; at += 1) if (isInk(bytes[at] ?? 0)) return false;
  return true;
}

function isInk(byte: number): boolean {
  return byte > 0x20 && byte !== 0x7f;
}
