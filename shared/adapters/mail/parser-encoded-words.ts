import libmime from 'libmime';

const quotedWord = /=\?([\w*-]+)\?[Qq]\?([^?]*)\?=/g;
const letters = /[^\0-\x7f]+/g;
const hasLetters = /[^\0-\x7f]/;

/**
 * Text with its encoded-words (RFC 2047) decoded; as it is when they cannot be. Senders are met who name a charset and
 * then leave the letters as they are, where §2 wants ASCII alone: such letters are read already and stay.
 */
export function decodeEncodedWords(text: string): string {
  try {
    return libmime.decodeWords(hasLetters.test(text) ? text.replace(quotedWord, splitAtLetters) : text);
  } catch {
    return text;
  }
}

/** Around letters above ASCII the word ends and begins again: `=?x?Q?Jürgen?=` becomes `=?x?Q?J?=ü=?x?Q?rgen?=`. */
function splitAtLetters(word: string, charset: string): string {
  return word.replace(letters, (kept) => `?=${kept}=?${charset}?Q?`);
}
