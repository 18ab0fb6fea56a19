import { PermanentMailError } from '../../errors/mail-error.ts';
import { maxLineLength } from './header-fold.ts';
import { encodeFileNameParameter } from './parameter-encoding.ts';

/** RFC 2045 §5.1 tokens, without the letters that some readers take for more. */
const mediaType = /^[A-Za-z0-9!#$&^_.+-]{1,60}\/[A-Za-z0-9!#$&^_.+-]{1,60}$/;
const printableAscii = /^[\x20-\x7e]+$/;
const parameterName = /^[a-z][a-z0-9-]{0,39}$/;

/** What a part that is written anew says of its type besides the type: nothing that could make it another part. */
const safeParameters = new Set(['charset', 'method', 'component', 'format', 'delsp', 'version', 'profile']);
const safeValue = /^[A-Za-z0-9._:+/-]{1,60}$/;

/** The type that a leaf can be written with; a composite one would need a part tree inside it, which base64 is not. */
export function safeMediaType(contentType: string): string {
  const isWritable = mediaType.test(contentType) && !/^(?:multipart|message)\//i.test(contentType);
  return isWritable ? contentType.toLowerCase() : 'application/octet-stream';
}

/** The body of a Content-Type field for a leaf that is written anew: its type, its safe parameters and its name. */
export function leafContentType(
  contentType: string,
  parameters: Readonly<Record<string, string>>,
  fileName: string,
): string {
  const kept = Object.entries(parameters)
    .filter(([name, value]) => safeParameters.has(name) && safeValue.test(value))
    .map(([name, value]) => `; ${name}="${value}"`);
  const name = encodeFileNameParameter('name', fileName);
  return foldParameters([safeMediaType(contentType), ...kept, name]);
}

/** Each parameter on a line of its own, unless it is folded already. */
function foldParameters(pieces: readonly string[]): string {
  return pieces.map((piece) => (piece.startsWith('; ') ? `;\r\n ${piece.slice(2)}` : piece)).join('');
}

/**
 * A MIME field of the sender's, written again as it was and folded where a line would be too long.
 * @param value unfolded
 * @throws PermanentMailError `ERR_HEADER_INJECTION` when it is not printable ASCII, or cannot be folded
 */
export function encodeContentField(name: string, value: string): string {
  const plain = value.replaceAll('\t', ' ').trim();
  if (!printableAscii.test(plain)) throw injection('a content field is not printable ASCII');
  let folded = `${name}:`;
  let column = folded.length;
  // Each piece begins with the spaces before it, so that unfolding gives back the very same value.
  for (const piece of ` ${plain}`.match(/ +[^ ]*/g) ?? []) {
    if (piece.length > maxLineLength - 1) throw injection('a content field has a word that no line can hold');
    const isFirst = folded.endsWith(':') && column === name.length + 1;
    const fits = column + piece.length <= (isFirst ? maxLineLength : 78);
    folded += fits ? piece : `\r\n${piece}`;
    column = fits ? column + piece.length : piece.length;
  }
  return folded;
}

/**
 * The value of a Content-Type field: the sender's own when it is printable ASCII, else built again from what was read.
 * @param raw unfolded; absent when the mail has no such field
 */
export function wholeContentType(
  raw: string | undefined,
  contentType: string,
  parameters: Readonly<Record<string, string>>,
): string | undefined {
  if (raw === undefined || printableAscii.test(raw.replaceAll('\t', ' ').trim())) return raw;
  if (!mediaType.test(contentType)) return undefined;
  const pieces = Object.entries(parameters)
    .filter(([name]) => parameterName.test(name))
    .map(([name, value]) => (name === 'boundary' ? boundaryParameter(value) : encodeFileNameParameter(name, value)));
  return [contentType, ...pieces].join('').replaceAll('\r\n', '');
}

function boundaryParameter(value: string): string {
  return `; boundary="${value.replace(/["\\]/g, '\\$&')}"`;
}

function injection(message: string): PermanentMailError {
  return new PermanentMailError('ERR_HEADER_INJECTION', message);
}
