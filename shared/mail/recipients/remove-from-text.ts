import { findMarkers, isMarked, type Markers, markedRanges } from './markers.ts';
import { type Projection, projectText } from './projection.ts';

/**
 * Cuts every block and every marker left over out of plain text; a line that held nothing else goes with it.
 * @param projection of the text, `markers` of the projection
 */
export function removeFromText(text: string, projection: Projection, markers: Markers, marker: string): string {
  if (!isMarked(markers)) return text;
  const once = cut(text, projection, markers, '');
  // What stood around a block can form a marker anew; the second cut leaves a character between, so it cannot.
  const after = projectText(once);
  return cut(once, after, findMarkers(after, marker), separatorFor(marker));
}

/** A character that the marker does not hold: what it parts can never be read as the marker. */
export function separatorFor(marker: string): string {
  return [...'*|~#^'].find((char) => !marker.includes(char)) ?? '\u25cf';
}

function cut(text: string, projection: Projection, markers: Markers, separator: string): string {
  let result = '';
  let from = 0;
  for (const range of markedRanges(projection, markers)) {
    result += text.slice(from, range.start) + separator;
    from = range.end;
    if (separator === '' && /(?:^|\n)$/.test(result.slice(-1))) from += emptyLineLength(text, from);
  }
  return result + text.slice(from);
}

/** The length of the rest of the line with its end, when nothing stands there. */
function emptyLineLength(text: string, from: number): number {
  return /^[ \t]{0,100}\r?\n/.exec(text.slice(from, from + 102))?.[0].length ?? 0;
}
