/**
 * The subject of a message as a person reads it: the first `Subject` field of the head, unfolded, with its encoded
 * words decoded. Empty when there is none. What cannot be decoded stays as it stands.
 * @param head the beginning of the message, as bytes
 * @see RFC 5322 §2.2.3, RFC 2047 §6.2
 */
export function readSubject(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const lines = text.slice(0, end).split(/\r?\n/);
  const first = lines.findIndex((line) => /^subject[ \t]*:/i.test(line));
  if (first < 0) return '';
  let field = lines[first]?.replace(/^[^:]*:/, '') ?? '';
  for (const line of lines.slice(first + 1)) {
    if (!/^[ \t]/.test(line)) break;
    field += line;
  }
  return decodeWords(field.trim());
}

const encodedWord = /=\?([^?\s]+)\?([bq])\?([^?\s]*)\?=/gi;

function decodeWords(field: string): string {
  // White space between two encoded words is no part of the text.
  const joined = field.replace(/(\?=)[ \t]+(?==\?[^?\s]+\?[bq]\?)/gi, '$1');
  let text = '';
  let last = 0;
  let pending: { charset: string; bytes: Buffer[] } | undefined;
  const settle = (): void => {
    if (pending !== undefined) text += decodeBytes(pending.charset, Buffer.concat(pending.bytes));
    pending = undefined;
  };
  for (const match of joined.matchAll(encodedWord)) {
    const [whole, charset = '', encoding = '', content = ''] = match;
    const name = charset.split('*')[0]?.toLowerCase() ?? '';
    // Neighbours of one charset are decoded together: some writers split a character between two words.
    if (match.index > last || pending?.charset !== name) settle();
    if (match.index > last) text += decodeBytes('utf-8', Buffer.from(joined.slice(last, match.index), 'latin1'));
    pending ??= { charset: name, bytes: [] };
    pending.bytes.push(encoding.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : fromQ(content));
    last = match.index + whole.length;
  }
  settle();
  return text + decodeBytes('utf-8', Buffer.from(joined.slice(last), 'latin1'));
}

function fromQ(content: string): Buffer {
  const plain = content
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}

/** Bytes in a charset that is unknown are shown as Latin-1. @see RFC 2047 §6.2 */
function decodeBytes(charset: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
