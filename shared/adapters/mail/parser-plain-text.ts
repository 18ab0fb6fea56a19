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
