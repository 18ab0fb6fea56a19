/** What a line is where base64 is expected, and how far it was looked at. */
export interface Base64Line {
  /** `words`: blanks stand between its characters as between words. */
  readonly kind: 'base64' | 'words' | 'other';
  readonly end: number;
}

/** As long as a line of a mail may be; a longer one is judged by this much of it. @see RFC 5322 §2.1.1 */
const maxLineBytes = 998;
const lineFeed = 0x0a;
const base64Line = /^[A-Za-z0-9+/=]+[ \t\r\v\f]*$/;
/** Data that ends in the line: words behind it are not its own. */
const closedData = /^[A-Za-z0-9+/]{2,}=/;
const wordGap = /\S[ \t]+(?=\S)/g;
/** A sentence, however short. Lines of base64 that somebody joined with blanks have one in 77 characters. */
const minWordGaps = 2;
const maxWordBytes = 20;

/**
 * Judges the line that begins at a position, where a character that is not white space stands.
 * @returns nothing when it takes more bytes to tell
 */
export function judgeBase64Line(bytes: Buffer, start: number, isLast: boolean): Base64Line | undefined {
  const found = bytes.indexOf(lineFeed, start);
  const isWhole = found >= 0 || isLast || bytes.length - start >= maxLineBytes;
  if (!isWhole) return undefined;
  const end = Math.min(found < 0 ? bytes.length : found, start + maxLineBytes);
  return { kind: kindOf(bytes.toString('latin1', start, end)), end };
}

function kindOf(line: string): Base64Line['kind'] {
  if (base64Line.test(line)) return 'base64';
  if (closedData.test(line)) return 'other';
  const gapCount = line.match(wordGap)?.length ?? 0;
  return gapCount >= minWordGaps && gapCount * maxWordBytes > line.length ? 'words' : 'other';
}
