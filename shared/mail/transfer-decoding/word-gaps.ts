/** Counts the blanks that stand between words: behind one character of a line and before another. */
export interface WordGaps {
  readonly count: number;
  /** A byte of white space. @param offset its place in the body */
  addSpace(byte: number, offset: number): void;
}

/** Makes a count of zero, at the beginning of a line. */
export function createWordGaps(): WordGaps {
  let count = 0;
  /** Behind the last byte of white space. */
  let spaceEnd = 0;
  let isGapOpen = false;
  return {
    get count() {
      return count;
    },
    addSpace(byte, offset) {
      const isBehindSpace = offset === spaceEnd;
      spaceEnd = offset + 1;
      if (!isBehindSpace) isGapOpen = false;
      const isBlank = byte === 0x20 || byte === 0x09;
      if (isBlank && !isBehindSpace) {
        isGapOpen = true;
        count += 1;
      } else if (!isBlank && isGapOpen) {
        // White space at the end of a line stands between no words.
        isGapOpen = false;
        count -= 1;
      }
    },
  };
}
