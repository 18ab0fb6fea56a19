import { isSpace, type Projection, projectText, unitsToString } from './projection.ts';

/** A half-open range of indexes. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A list between two markers; all indexes are of the projection. */
export interface Block extends Range {
  /** What stands between the markers. */
  readonly list: Range;
}

export interface Markers {
  readonly blocks: readonly Block[];
  /** Markers without a partner. */
  readonly lone: readonly Range[];
}

/** A list of 5,000 recipients with long names has 400 KB; two markers further apart than this are no pair. Unit: UTF-16 units. */
export const maxListLength = 512 * 1024;

/**
 * Where the marker stands in what a reader sees, paired from the start. Letter case, white space and line breaks within
 * the marker do not count: senders wrap lines.
 */
export function findMarkers(projection: Projection, marker: string): Markers {
  const wanted = squeeze(projectText(marker).text).text;
  if (wanted === '' || !mayHold(projection.text, wanted)) return { blocks: [], lone: [] };
  const { text, indexes } = squeeze(projection.text);
  const hits: Range[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    hits.push({ start: indexes[at] ?? 0, end: (indexes[at + wanted.length - 1] ?? 0) + 1 });
  }
  return pair(hits);
}

/** Whether there is anything to cut. */
export function isMarked({ blocks, lone }: Markers): boolean {
  return blocks.length + lone.length > 0;
}

/** The ranges of the source behind all blocks and lone markers, in order. */
export function markedRanges(projection: Projection, { blocks, lone }: Markers): readonly Range[] {
  return [...blocks, ...lone]
    .sort((left, right) => left.start - right.start)
    .map(({ start, end }) => ({ start: projection.sourceStart(start), end: projection.sourceEnd(end - 1) }));
}

/** Most mail lacks one of the marker's characters, and then need not be looked at more closely. */
function mayHold(text: string, wanted: string): boolean {
  return [...new Set(wanted)].every((char) => text.includes(char) || text.includes(char.toUpperCase()));
}

function pair(hits: readonly Range[]): Markers {
  const blocks: Block[] = [];
  const lone: Range[] = [];
  let open: Range | undefined;
  for (const hit of hits) {
    if (open === undefined) {
      open = hit;
    } else if (hit.start - open.end > maxListLength) {
      lone.push(open);
      open = hit;
    } else {
      blocks.push({ start: open.start, end: hit.end, list: { start: open.end, end: hit.start } });
      open = undefined;
    }
  }
  if (open !== undefined) lone.push(open);
  return { blocks, lone };
}

/** The text without white space and letter case, and where each of its units stood. */
function squeeze(source: string): { text: string; indexes: Uint32Array } {
  const units = new Uint16Array(source.length);
  const indexes = new Uint32Array(source.length);
  let size = 0;
  for (let index = 0; index < source.length; index += 1) {
    const unit = source.charCodeAt(index);
    if (isSpace(unit)) continue;
    units[size] = foldCase(unit);
    indexes[size] = index;
    size += 1;
  }
  return { text: unitsToString(units, size), indexes };
}

function foldCase(unit: number): number {
  if (unit < 0x80) return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
  // Letters beyond U+2000 that have case are not used in markers; they would cost a string each.
  if (unit >= 0x2000) return unit;
  const folded = String.fromCharCode(unit).toLowerCase();
  return folded.length === 1 ? folded.charCodeAt(0) : unit;
}
