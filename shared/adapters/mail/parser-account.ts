import { PermanentMailError } from '../../errors/mail-error.ts';
import { findLoss } from '../../mail/conservation/find-loss.ts';
import type { LeafAccount } from '../../mail/conservation/mail-account.ts';
import { createSeparatorCount } from '../../mail/conservation/separator-count.ts';
import type { ScanAccount, ScanEvent, ScannedPart } from '../../mail/mime-scan/scan-types.ts';

/** Keeps the account of one mail while it is read. */
export interface ParserAccount {
  /**
   * The next bytes of the mail; call it after the events that they brought.
   * @param readBytes how far the scan has read: behind it a boundary may yet become known
   */
  addBytes(bytes: Buffer, readBytes: number): void;
  addPart(event: ScanEvent & { type: 'open' }): void;
  addLeaf(leaf: LeafAccount): void;
  /** A file was handed on and taken to its end. */
  addFile(): void;
  /** @throws PermanentMailError when content of the mail would be lost; see `findLoss` for the codes */
  assertConserved(sizeBytes: number, scan: ScanAccount): void;
}

/** Opens an account. */
export function createParserAccount(): ParserAccount {
  const separators = createSeparatorCount();
  const leaves: LeafAccount[] = [];
  const open: { readonly part: ScannedPart; readonly boundary: string }[] = [];
  let waiting: Buffer[] = [];
  let countedBytes = 0;
  let leafCount = 0;
  let fileCount = 0;

  const countTo = (position: number) => {
    const bytes = waiting.length === 1 ? waiting[0] : Buffer.concat(waiting);
    const ready = bytes?.subarray(0, position - countedBytes);
    if (bytes === undefined || ready === undefined || ready.length === 0) return;
    separators.push(ready);
    countedBytes += ready.length;
    waiting = ready.length < bytes.length ? [bytes.subarray(ready.length)] : [];
  };

  return {
    addBytes(bytes, readBytes) {
      if (bytes.length > 0) waiting.push(bytes);
      if (readBytes > countedBytes) countTo(readBytes);
    },
    addPart({ part, boundary }) {
      for (let last = open.at(-1); last !== undefined && !isInside(part, last.part); last = open.at(-1)) {
        separators.removeBoundary(part.headerStart, last.boundary);
        open.pop();
      }
      if (boundary === undefined) {
        leafCount += 1;
        return;
      }
      open.push({ part, boundary });
      separators.addBoundary(part.bodyStart, boundary);
    },
    addLeaf: (leaf) => void leaves.push(leaf),
    addFile: () => {
      fileCount += 1;
    },
    assertConserved(sizeBytes, scan) {
      countTo(sizeBytes);
      const separatorCount = separators.end();
      const counted = separatorCount === undefined ? {} : { separatorCount };
      const loss = findLoss({ sizeBytes, scan, leaves, leafCount, fileCount, ...counted });
      if (loss !== undefined) throw new PermanentMailError(loss.code, loss.reason);
    },
  };
}

function isInside(part: ScannedPart, around: ScannedPart): boolean {
  for (let at = part.parent; at !== undefined; at = at.parent) if (at === around) return true;
  return false;
}
