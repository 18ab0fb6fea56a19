import { isBlank } from './is-blank.ts';
import type { ScanEvent, ScannedField, ScannedPart } from './scan-types.ts';

/** The one leaf that is being read. */
export interface LeafOutput {
  readonly isOpen: boolean;
  /** @param mayBeNothing hold the leaf back until it shows more than a few blank bytes */
  open(part: ScannedPart, fields: readonly ScannedField[], mayBeNothing: boolean): void;
  add(bytes: Buffer): void;
  close(bodyEnd: number, cut: boolean): void;
  /** Forgets a leaf that is still held back and tells which it was. */
  dropHeld(): ScannedPart | undefined;
}

/** Blank bytes that are held back at most. */
const maxHeldBytes = 1024;

/** Makes the output of leaves. @param emit takes the events in order */
export function createLeafOutput(emit: (event: ScanEvent) => void): LeafOutput {
  let leaf: ScannedPart | undefined;
  let held: Buffer[] | undefined;
  let heldBytes = 0;

  const announce = (part: ScannedPart) => {
    if (held === undefined) return;
    emit({ type: 'open', part, fields: [] });
    for (const bytes of held) emit({ type: 'body', part, bytes });
    held = undefined;
  };

  return {
    get isOpen() {
      return leaf !== undefined;
    },
    open(part, fields, mayBeNothing) {
      leaf = part;
      held = mayBeNothing ? [] : undefined;
      heldBytes = 0;
      if (!mayBeNothing) emit({ type: 'open', part, fields });
    },
    add(bytes) {
      if (leaf === undefined) return;
      if (held !== undefined && heldBytes + bytes.length <= maxHeldBytes && isBlank(bytes)) {
        held.push(bytes);
        heldBytes += bytes.length;
        return;
      }
      announce(leaf);
      emit({ type: 'body', part: leaf, bytes });
    },
    close(bodyEnd, cut) {
      if (leaf === undefined) return;
      announce(leaf);
      leaf.bodyEnd = bodyEnd;
      emit({ type: 'close', part: leaf, cut });
      leaf = undefined;
    },
    dropHeld() {
      const dropped = held === undefined ? undefined : leaf;
      if (dropped !== undefined) leaf = undefined;
      held = undefined;
      return dropped;
    },
  };
}
