import type { ScanWarning } from './scan-types.ts';

/** Looks for bytes that a text may not hold: NUL, and carriage returns without a line feed (RFC 5322 §2.3). */
export interface OddBytes {
  add(bytes: Buffer): void;
  /** In an order that does not depend on where the text was cut. */
  readonly found: readonly ScanWarning[];
}

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** Makes a watcher of one text; it stops looking for what it has found. */
export function createOddBytes(): OddBytes {
  const found = { nul: false, bareReturn: false };
  let endsInReturn = false;
  return {
    get found() {
      return [...(found.nul ? (['nul-byte'] as const) : []), ...(found.bareReturn ? (['bare-cr'] as const) : [])];
    },
    add(bytes) {
      if (bytes.length === 0) return;
      found.nul ||= bytes.includes(0);
      found.bareReturn ||= (endsInReturn && isOther(bytes[0])) || hasBareReturn(bytes);
      endsInReturn = bytes[bytes.length - 1] === carriageReturn;
    },
  };
}

function isOther(next: number | undefined): boolean {
  return next !== undefined && next !== lineFeed && next !== carriageReturn;
}

/** Several carriage returns before one line feed come from line ends that were converted twice: they are no bare ones. */
function hasBareReturn(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(carriageReturn); at >= 0; at = bytes.indexOf(carriageReturn, at + 1)) {
    if (isOther(bytes[at + 1])) return true;
  }
  return false;
}
