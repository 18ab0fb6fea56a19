/** Longer fallbacks help nobody: old clients cut them, new ones read `filename*`. Unit: characters. */
const maxFallbackLength = 100;

/**
 * The value of a Content-Disposition field that saves a file under its name: an ASCII fallback in `filename`, the name
 * itself in `filename*`. The value is printable ASCII whatever the name holds, so it can neither end the field nor
 * make an HTTP client throw.
 * @see RFC 6266 §4 and appendix D, RFC 8187 §3.2
 */
export function contentDisposition(fileName: string): string {
  const name = fileName.toWellFormed();
  return `attachment; filename="${asciiFallback(name)}"; filename*=UTF-8''${percentEncode(name)}`;
}

/** Quotes, backslashes and `%` go too: some clients unescape them, and then the two names would differ in danger. */
function asciiFallback(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\x20-\x7e]/gu, '_')
    .replace(/["\\%;/:]/g, '_')
    .trim();
  return shorten(plain) || 'attachment';
}

function shorten(name: string): string {
  if (name.length <= maxFallbackLength) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 20 ? name.slice(dot) : '';
  return name.slice(0, maxFallbackLength - extension.length) + extension;
}

/** `attr-char` of RFC 8187 stands as it is, every other byte of the UTF-8 form becomes `%XX`. */
function percentEncode(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
