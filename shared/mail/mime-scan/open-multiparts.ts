import { PermanentMailError } from '../../errors/mail-error.ts';
import { type BoundaryStack, createBoundaryStack } from './boundary-stack.ts';
import type { ScanEvent, ScannedPart } from './scan-types.ts';

/** The multiparts that are open, outermost first. */
export interface OpenMultiparts {
  readonly boundaries: BoundaryStack;
  readonly innermost: ScannedPart | undefined;
  push(part: ScannedPart, boundary: string): void;
  /**
   * Text outside all parts: nothing to a reader (RFC 2046 §5.1.1), but content that would be lost when no part comes.
   * @param inkBytes how many bytes of it are not white space
   */
  addStrayText(inkBytes: number): void;
  /** Whether text outside all parts stands, at this place, before the first part of a multipart. */
  readonly isInPreamble: boolean;
  /**
   * Closes all that are deeper than `level`.
   * @param closedLevel the one whose close-delimiter was read; the others lack theirs
   * @throws ERR_BOUNDARY when one of them never showed a part
   */
  closeTo(level: number, bodyEnd: number, closedLevel?: number): void;
}

/** Makes an empty stack. @param emit takes the events in order */
export function createOpenMultiparts(emit: (event: ScanEvent) => void): OpenMultiparts {
  const boundaries = createBoundaryStack();
  const open: { readonly part: ScannedPart; hasStrayText: boolean }[] = [];
  return {
    boundaries,
    get innermost() {
      return open.at(-1)?.part;
    },
    push(part, boundary) {
      open.push({ part, hasStrayText: false });
      boundaries.push(boundary);
    },
    get isInPreamble() {
      return open.at(-1)?.part.children.length === 0;
    },
    addStrayText(inkBytes) {
      const last = open.at(-1);
      if (last !== undefined && inkBytes > 0 && last.part.children.length === 0) last.hasStrayText = true;
    },
    closeTo(level, bodyEnd, closedLevel) {
      for (let last = open.at(-1); last !== undefined && open.length > level; last = open.at(-1)) {
        const { part, hasStrayText } = last;
        open.pop();
        if (part.children.length === 0 && (part.parent === undefined || hasStrayText)) {
          throw new PermanentMailError('ERR_BOUNDARY', 'multipart whose boundary is never seen');
        }
        const cut = open.length !== closedLevel;
        if (cut) emit({ type: 'warning', path: part.path, warning: 'boundary-unclosed' });
        part.bodyEnd = bodyEnd;
        emit({ type: 'close', part, cut });
      }
      boundaries.cutTo(level);
    },
  };
}
