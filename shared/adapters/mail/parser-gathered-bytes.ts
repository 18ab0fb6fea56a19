/** Bytes that come in pieces and are wanted as one. */
export interface GatheredBytes {
  readonly sizeBytes: number;
  add(bytes: Buffer): void;
  /** The bytes so far, in order; they are forgotten here. */
  take(): Buffer[];
}

/** Pieces that are kept as they come before they are put together. */
const maxPieces = 4096;

/** Gathers nothing yet. */
export function createGatheredBytes(): GatheredBytes {
  let blocks: Buffer[] = [];
  let pieces: Buffer[] = [];
  let sizeBytes = 0;
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    add(bytes) {
      pieces.push(bytes);
      sizeBytes += bytes.length;
      // A body that comes byte by byte would cost a hundred times its size.
      if (pieces.length < maxPieces) return;
      blocks.push(Buffer.concat(pieces));
      pieces = [];
    },
    take() {
      const taken = [...blocks, ...pieces];
      blocks = [];
      pieces = [];
      sizeBytes = 0;
      return taken;
    },
  };
}
