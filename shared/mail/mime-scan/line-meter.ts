/** Watches the length of lines in a body that comes in pieces. */
export interface LineMeter {
  /** Whether a line was longer than allowed. */
  readonly isOver: boolean;
  add(bytes: Buffer): void;
}

const lineFeed = 0x0a;

/**
 * Makes a meter. It looks backwards for a line feed from where the next one must stand at the latest, so that a body of
 * short lines costs one look for many of them.
 * @param maxBytes of a line without its line end
 */
export function createLineMeter(maxBytes: number): LineMeter {
  const allowed = maxBytes + '\r'.length;
  let openBytes = 0;
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    add(bytes) {
      if (isOver) return;
      let start = -openBytes;
      while (start + allowed < bytes.length) {
        const found = bytes.lastIndexOf(lineFeed, start + allowed);
        if (found < 0 || found < start) {
          isOver = true;
          return;
        }
        start = found + 1;
      }
      const last = bytes.lastIndexOf(lineFeed);
      openBytes = bytes.length - (last < 0 ? start : last + 1);
    },
  };
}
