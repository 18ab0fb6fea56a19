/** A delimiter line and the open multipart that it belongs to. */
export interface DelimiterMatch {
  /** Index in the stack of open multiparts, 0 the outermost. */
  readonly level: number;
  /** Whether it is the close-delimiter, `--boundary--`. */
  readonly isClosing: boolean;
}

/** The boundaries of all multiparts that are open, innermost last. */
export interface BoundaryStack {
  readonly size: number;
  /** The longest line, in bytes and without its line end, that can still be a delimiter. */
  readonly maxLineBytes: number;
  push(boundary: string): void;
  /** Forgets all boundaries from this level inwards. */
  cutTo(level: number): void;
  /** Whether a line whose third byte is this one can be a delimiter: the cheap test that keeps hostile bodies linear. */
  canFollowDashes(byte: number): boolean;
  /** The delimiter that a line is, the innermost when several fit; the line has no line feed and is latin1. */
  match(line: string): DelimiterMatch | undefined;
}

/** White space that may follow a boundary: what still fits a line of a mail. @see RFC 5322 §2.1.1, RFC 2046 §5.1.1 */
const maxPaddingBytes = 998;

/** Makes an empty stack. */
export function createBoundaryStack(): BoundaryStack {
  const boundaries: string[] = [];
  const levels = new Map<string, number>();
  const firstBytes = new Uint8Array(256);
  let longest = 0;
  const index = () => {
    levels.clear();
    firstBytes.fill(0);
    longest = 0;
    for (const [level, boundary] of boundaries.entries()) {
      levels.set(boundary, level);
      firstBytes[boundary.charCodeAt(0) & 255] = 1;
      longest = Math.max(longest, boundary.length);
    }
  };
  return {
    get size() {
      return boundaries.length;
    },
    get maxLineBytes() {
      return longest + '----\r'.length + maxPaddingBytes;
    },
    push(boundary) {
      boundaries.push(boundary);
      index();
    },
    cutTo(level) {
      boundaries.length = Math.min(boundaries.length, level);
      index();
    },
    canFollowDashes: (byte) => firstBytes[byte] === 1,
    match: (line) => matchLine(line, levels),
  };
}

function matchLine(line: string, levels: ReadonlyMap<string, number>): DelimiterMatch | undefined {
  if (!line.startsWith('--')) return undefined;
  const name = line.slice(2, paddingStart(line));
  const separator = levels.get(name) ?? -1;
  const closing = name.endsWith('--') ? (levels.get(name.slice(0, -2)) ?? -1) : -1;
  if (separator < 0 && closing < 0) return undefined;
  return closing > separator ? { level: closing, isClosing: true } : { level: separator, isClosing: false };
}

/** Where the white space at the end of a line begins. */
function paddingStart(line: string): number {
  let end = line.length;
  while (end > 0 && ' \t\r'.includes(line.charAt(end - 1))) end -= 1;
  return end;
}
