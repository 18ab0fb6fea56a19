import { isBlank } from './is-blank.ts';
import { createLineMeter, type LineMeter } from './line-meter.ts';
import { createOddBytes, type OddBytes } from './odd-bytes.ts';
import type { ScanEvent, ScannedField, ScannedPart, ScanWarning } from './scan-types.ts';

/** The one leaf that is being read. */
export interface LeafOutput {
  readonly isOpen: boolean;
  /** @param mayBeNothing hold the leaf back until it shows more than a few blank bytes */
  open(part: ScannedPart, fields: readonly ScannedField[], mayBeNothing: boolean): void;
  add(bytes: Buffer): void;
  close(bodyEnd: number, cut: boolean): void;
  /** Forgets a leaf that is still held back and tells which it was, and how many blank bytes it had. */
  dropHeld(): { readonly part: ScannedPart; readonly bytes: number } | undefined;
}

/** Blank bytes that are held back at most. */
const maxHeldBytes = 1024;

/** Encodings that take controls and long lines into themselves. @see RFC 2045 §6.7, §6.8 */
const encodings = new Set(['base64', 'quoted-printable']);

/** Makes the output of leaves. @param emit takes the events in order @param lineBytes of a line that is not marked */
export function createLeafOutput(emit: (event: ScanEvent) => void, lineBytes: number): LeafOutput {
  let leaf: ScannedPart | undefined;
  let lines: LineMeter = createLineMeter(lineBytes);
  let odd: OddBytes | undefined;
  let held: Buffer[] | undefined;
  let heldBytes = 0;

  const announce = (part: ScannedPart) => {
    if (held === undefined) return;
    emit({ type: 'open', part, fields: [] });
    for (const bytes of held) emit({ type: 'body', part, bytes });
    held = undefined;
  };
  const warn = (path: string) => {
    const warnings: ScanWarning[] = [...(odd?.found ?? [])];
    if (lines.isOver) warnings.push('line-too-long');
    for (const warning of warnings) emit({ type: 'warning', path, warning });
  };

  return {
    get isOpen() {
      return leaf !== undefined;
    },
    open(part, fields, mayBeNothing) {
      leaf = part;
      held = mayBeNothing ? [] : undefined;
      heldBytes = 0;
      lines = createLineMeter(lineBytes);
      const isPlain = part.contentType.startsWith('text/') && !encodings.has(part.transferEncoding);
      odd = isPlain ? createOddBytes() : undefined;
      if (!mayBeNothing) emit({ type: 'open', part, fields });
    },
    add(bytes) {
      if (leaf === undefined) return;
      lines.add(bytes);
      odd?.add(bytes);
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
      warn(leaf.path);
      emit({ type: 'close', part: leaf, cut });
      leaf = undefined;
    },
    dropHeld() {
      const part = held === undefined ? undefined : leaf;
      held = undefined;
      if (part === undefined) return undefined;
      leaf = undefined;
      return { part, bytes: heldBytes };
    },
  };
}
