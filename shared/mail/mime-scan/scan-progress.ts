import type { BoundaryStack, DelimiterMatch } from './boundary-stack.ts';
import { type ByteLedger, createByteLedger } from './byte-ledger.ts';
import { createHeaderBlock, type HeaderBlock } from './header-block.ts';
import { countInk } from './is-blank.ts';
import { createLeafOutput, type LeafOutput } from './leaf-output.ts';
import { createOpenMultiparts, type OpenMultiparts } from './open-multiparts.ts';
import { createPartTree, type PartTree } from './part-tree.ts';
import type { ScanAccount, ScanEvent, ScanLimits } from './scan-types.ts';

/** The bytes at hand and how far they are read. */
export interface ScanInput {
  readonly data: Buffer;
  readonly isLast: boolean;
  at: number;
  /** Set when nothing more can be decided without more bytes. */
  isStuck: boolean;
}

/** Where a scan stands, and the moves it can make. */
export interface ScanProgress {
  phase: 'header' | 'body';
  input: ScanInput;
  /** Offset of the first byte of `input.data` in the source. */
  offset: number;
  /** Offset in the source of the first line of a body: behind a header block or a delimiter line. */
  lineStart: number;
  block: HeaderBlock;
  readonly tree: PartTree;
  readonly boundaries: BoundaryStack;
  /** The header block is complete: its part begins, its body at `input.at`. */
  openPart(isWithoutBlankLine: boolean): void;
  /** Body bytes of the open leaf, or text outside all parts. */
  addBody(start: number, end: number): void;
  /** A delimiter line was read; the body before it ends at `bodyEnd`, the line after it begins at `input.at`. */
  takeDelimiter(match: DelimiterMatch, bodyEnd: number): void;
  /** The input has ended. */
  finish(): void;
  takeEvents(): ScanEvent[];
  /** Where the bytes read so far have gone. */
  account(endsWithLineEnd: boolean): ScanAccount;
}

interface Parts {
  readonly limits: ScanLimits;
  readonly leaf: LeafOutput;
  readonly multiparts: OpenMultiparts;
  readonly ledger: ByteLedger;
  readonly emit: (event: ScanEvent) => void;
  headerStart: number;
}

/** Makes the state of a scan that has read nothing yet. */
export function createScanProgress(limits: ScanLimits): ScanProgress {
  let events: ScanEvent[] = [];
  const emit = (event: ScanEvent) => void events.push(event);
  const multiparts = createOpenMultiparts(emit);
  const leaf = createLeafOutput(emit, limits.lineBytes);
  const parts: Parts = { limits, leaf, multiparts, ledger: createByteLedger(emit), emit, headerStart: 0 };
  const self: ScanProgress = {
    phase: 'header',
    input: { data: Buffer.alloc(0), isLast: false, at: 0, isStuck: false },
    offset: 0,
    lineStart: 0,
    block: createHeaderBlock(true, limits),
    tree: createPartTree(limits),
    boundaries: multiparts.boundaries,
    openPart: (isWithoutBlankLine) => openPart(self, parts, isWithoutBlankLine),
    addBody(start, end) {
      if (end > start) addBody(parts, self.input.data.subarray(start, end));
    },
    takeDelimiter: (match, bodyEnd) => takeDelimiter(self, parts, match, bodyEnd),
    finish: () => finish(self, parts),
    account(endsWithLineEnd) {
      const { counts } = parts.ledger;
      const isHeaderCut = counts.isHeaderCut && (counts.isUnclosed || !endsWithLineEnd);
      return { ...counts, isHeaderCut, partCount: self.tree.count, endsWithLineEnd };
    },
    takeEvents() {
      const taken = events;
      events = [];
      return taken;
    },
  };
  return self;
}

function addBody({ leaf, ledger, multiparts }: Parts, bytes: Buffer): void {
  if (leaf.isOpen) {
    leaf.add(bytes);
    ledger.counts.leafBytes += bytes.length;
    return;
  }
  const inkBytes = countInk(bytes);
  if (multiparts.isInPreamble) ledger.addPreamble(bytes.length, inkBytes);
  else ledger.addEpilogue(bytes.length, inkBytes, multiparts.innermost?.path ?? '');
  multiparts.addStrayText(inkBytes);
}

function openPart(self: ScanProgress, parts: Parts, isWithoutBlankLine: boolean): void {
  const fields = self.block.fields();
  const { part, boundary } = self.tree.add(parts.multiparts.innermost, fields, parts.headerStart);
  part.bodyStart = self.offset + self.input.at;
  self.lineStart = part.bodyStart;
  self.phase = 'body';
  const { path } = part;
  if (boundary === undefined) {
    parts.leaf.open(part, fields, fields.length === 0 && !isWithoutBlankLine);
  } else {
    parts.emit({ type: 'open', part, fields, boundary });
    parts.multiparts.push(part, boundary);
  }
  parts.ledger.counts.headerBytes += part.bodyStart - parts.headerStart;
  const warnings = new Set(self.block.warnings);
  if (isWithoutBlankLine) warnings.add('header-line-without-colon');
  for (const warning of warnings) parts.emit({ type: 'warning', path, warning });
}

function takeDelimiter(self: ScanProgress, parts: Parts, match: DelimiterMatch, bodyEnd: number): void {
  const end = self.offset + bodyEnd;
  parts.leaf.close(end, false);
  if (match.isClosing) parts.multiparts.closeTo(match.level, end, match.level);
  else parts.multiparts.closeTo(match.level + 1, end);
  self.lineStart = self.offset + self.input.at;
  parts.ledger.counts.boundaryBytes += self.lineStart - end;
  if (!match.isClosing) parts.ledger.counts.separatorCount += 1;
  self.phase = match.isClosing ? 'body' : 'header';
  if (match.isClosing) return;
  self.block = createHeaderBlock(false, parts.limits);
  parts.headerStart = self.lineStart;
}

function finish(self: ScanProgress, parts: Parts): void {
  const end = self.offset + self.input.at;
  const isCut = parts.multiparts.innermost !== undefined;
  const { counts } = parts.ledger;
  counts.isUnclosed = isCut;
  counts.isHeaderCut = self.phase === 'header' && !self.block.isEmpty;
  if (self.phase === 'header' && !self.block.isEmpty) self.openPart(false);
  // The last delimiter lacks its closing dashes: what follows it is the end of the mail and no part.
  const dropped = isCut ? parts.leaf.dropHeld() : undefined;
  if (dropped !== undefined) {
    self.tree.drop(dropped.part);
    counts.leafBytes -= dropped.bytes;
    counts.epilogueBytes += dropped.bytes;
  }
  counts.hasDroppedPart = counts.separatorCount > self.tree.count;
  parts.leaf.close(end, isCut);
  parts.multiparts.closeTo(0, end);
}
