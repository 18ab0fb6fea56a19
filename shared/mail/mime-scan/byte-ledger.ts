import type { ScanAccount, ScanEvent } from './scan-types.ts';

type Counts = Omit<ScanAccount, 'partCount' | 'endsWithLineEnd'>;

/** Counts where the bytes of a mail go. */
export interface ByteLedger {
  readonly counts: { -readonly [Name in keyof Counts]: Counts[Name] };
  addPreamble(bytes: number, inkBytes: number): void;
  /** @param path of the multipart that the text stands in */
  addEpilogue(bytes: number, inkBytes: number, path: string): void;
}

/** Makes an empty ledger. @param emit takes the warning that an epilogue has content, once for each place */
export function createByteLedger(emit: (event: ScanEvent) => void): ByteLedger {
  const counts: ByteLedger['counts'] = {
    headerBytes: 0,
    boundaryBytes: 0,
    preambleBytes: 0,
    epilogueBytes: 0,
    leafBytes: 0,
    preambleInkBytes: 0,
    epilogueInkBytes: 0,
    separatorCount: 0,
    hasDroppedPart: false,
    isUnclosed: false,
    isHeaderCut: false,
  };
  let lastPath: string | undefined;
  return {
    counts,
    addPreamble(bytes, inkBytes) {
      counts.preambleBytes += bytes;
      counts.preambleInkBytes += inkBytes;
    },
    addEpilogue(bytes, inkBytes, path) {
      counts.epilogueBytes += bytes;
      counts.epilogueInkBytes += inkBytes;
      if (inkBytes === 0 || lastPath === path) return;
      lastPath = path;
      emit({ type: 'warning', path, warning: 'epilogue-content' });
    },
  };
}
