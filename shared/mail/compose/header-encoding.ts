import { cleanHeaderText } from './clean-text.ts';
import { foldTokens, idealLineLength } from './header-fold.ts';

/**
 * RFC 2047 §2 allows 75; 64 leaves room on the first line for the longest field name written here, so that no line
 * passes 78.
 */
const maxEncodedWordLength = 64;
const maxPayloadLength = maxEncodedWordLength - '=?UTF-8?B?'.length - '?='.length;
/** Base64 writes four characters for three bytes. */
const maxBase64Bytes = Math.floor(maxPayloadLength / 4) * 3;
/** Longer ASCII words than this cannot be folded within 78 characters; an encoded-word can be cut anywhere. */
const maxPlainWordLength = 60;

/** What may stand for itself in a Q encoded-word everywhere, phrases included. RFC 2047 §5 (3) */
const literalInQ = /^[A-Za-z0-9!*+/-]$/;
const atomPhrase = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+$/;

/**
 * An unstructured field body, such as Subject: ASCII as it is, anything else as RFC 2047 encoded-words, folded.
 * Decoded and unfolded again it equals `cleanHeaderText(text)`.
 * @param fieldName the name of the field it is for, which stands before it on the first line
 */
export function encodeUnstructured(text: string, fieldName: string): string {
  const clean = cleanHeaderText(text);
  const tokens = isPlain(clean) ? clean.split(' ') : toEncodedWords(clean);
  return foldTokens(tokens, fieldName.length + 2);
}

/**
 * A display name as the tokens of an RFC 5322 phrase: plain atoms, one quoted-string, or encoded-words.
 * None when nothing is left of the name after cleaning.
 */
export function encodePhrase(name: string): string[] {
  const clean = cleanHeaderText(name);
  if (clean === '') return [];
  if (!isPlain(clean)) return toEncodedWords(clean);
  if (atomPhrase.test(clean)) return clean.split(' ');
  const quoted = `"${clean.replace(/["\\]/g, '\\$&')}"`;
  return quoted.length <= maxEncodedWordLength ? [quoted] : toEncodedWords(clean);
}

/** Whether text can stand unencoded: printable ASCII, nothing that looks encoded, no word too long to fold. */
function isPlain(clean: string): boolean {
  if (!/^[\x20-\x7e]*$/.test(clean) || clean.includes('=?')) return false;
  return clean.length < idealLineLength / 2 || clean.split(' ').every((word) => word.length <= maxPlainWordLength);
}

/** Encoded-words that never cut a code point (RFC 2047 §5: each must be decodable by itself), in the shorter encoding. */
function toEncodedWords(clean: string): string[] {
  const encoder = qLength(clean) <= base64Length(clean) ? qEncoder : base64Encoder;
  const words: string[] = [];
  let payload = '';
  let room = encoder.room;
  for (const char of clean) {
    const size = encoder.sizeOf(char);
    if (size > room) {
      words.push(encoder.word(payload));
      payload = '';
      room = encoder.room;
    }
    payload += char;
    room -= size;
  }
  return [...words, encoder.word(payload)];
}

interface WordEncoder {
  /** What one word can hold, in the encoder's own unit. */
  readonly room: number;
  sizeOf(char: string): number;
  word(text: string): string;
}

const base64Encoder: WordEncoder = {
  room: maxBase64Bytes,
  sizeOf: (char) => Buffer.byteLength(char),
  word: (text) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`,
};

const qEncoder: WordEncoder = {
  room: maxPayloadLength,
  sizeOf: (char) => toQ(char).length,
  word: (text) => `=?UTF-8?Q?${[...text].map(toQ).join('')}?=`,
};

function toQ(char: string): string {
  if (char === ' ') return '_';
  if (literalInQ.test(char)) return char;
  return Buffer.from(char).toString('hex').toUpperCase().replace(/../g, '=$&');
}

function qLength(text: string): number {
  let length = 0;
  for (const char of text) length += toQ(char).length;
  return length;
}

function base64Length(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3) * 4;
}
