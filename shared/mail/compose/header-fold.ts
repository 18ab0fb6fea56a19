/** RFC 5322 §2.1.1: lines should have at most 78 characters and must have at most 998. */
export const idealLineLength = 78;
export const maxLineLength = 998;

/** How a folded field goes on: a line end and the white space that marks a continuation (RFC 5322 §2.2.3). */
const foldBreak = '\r\n ';

/**
 * Writes tokens into a field body, one space between them, and starts a new line before a token that would pass 78
 * characters. Unfolded again, the result is the tokens joined by single spaces.
 * @param firstLineUsed characters before the body on its first line: the field name, the colon and the space
 */
export function foldTokens(tokens: readonly string[], firstLineUsed: number): string {
  let folded = '';
  let column = firstLineUsed;
  for (const token of tokens) {
    if (folded === '') {
      folded = token;
      column += token.length;
    } else if (column + 1 + token.length <= idealLineLength) {
      folded += ` ${token}`;
      column += 1 + token.length;
    } else {
      folded += foldBreak + token;
      column = 1 + token.length;
    }
  }
  return folded;
}
