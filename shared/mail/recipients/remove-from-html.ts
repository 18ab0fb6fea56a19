import { addressKeys } from './address-keys.ts';
import { findHtmlMarkers, type HtmlMarkers, isHtmlMarked } from './html-markers.ts';
import { isVoid } from './html-visibility.ts';
import { findMarkers, type Markers, markedRanges, type Range } from './markers.ts';
import { decodeHtml, forEachToken, type HtmlProjection, type HtmlToken, projectHtml } from './project-html.ts';
import { type Projection, projectText } from './projection.ts';
import { removeFromText, separatorFor } from './remove-from-text.ts';
import { tagsToRemove } from './tags-to-remove.ts';

/**
 * Cuts every block out of HTML, seen or hidden, and every other place that shows the marker or an address that stood
 * only in a block. Tags that open and close within a block go with it; others stay, so that the structure holds.
 */
export function removeFromHtml(html: string, projection: HtmlProjection, markers: HtmlMarkers, marker: string): string {
  const rest = isHtmlMarked(markers) ? cutTwice(html, projection, markers, marker) : html;
  // A marker with markup characters can also stand in the source without being seen; any other cannot.
  return /[<>&]/.test(marker) ? removeFromSource(rest, marker) : rest;
}

function cutTwice(html: string, projection: HtmlProjection, markers: HtmlMarkers, marker: string): string {
  const once = cut(html, projection, markers, '');
  // What stood around a block can form a marker anew; the second cut leaves a character between, so it cannot.
  const after = projectHtml(once);
  const left = findHtmlMarkers(after, marker);
  return isHtmlMarked(left) ? cut(once, after, left, separatorFor(marker)) : once;
}

function removeFromSource(html: string, marker: string): string {
  const source = projectText(html);
  return removeFromText(html, source, findMarkers(source, marker), marker);
}

function cut(html: string, projection: HtmlProjection, markers: HtmlMarkers, separator: string): string {
  const seen = markedRanges(projection.visible, markers.visible);
  const tokens = toTokens(html);
  const inBlock = rangeFinder(seen);
  const inHidden = rangeFinder(markedRanges(projection.hidden, markers.hidden));
  const withMarker = rangeFinder(markedRanges(projection.markup, markers.markup));
  const removedTags = tagsToRemove(tokens, seen);
  const leaksAddress = leakFinder(projection.visible, markers.visible);
  return tokens.map((token) => (isText(token) ? keptText(token) : keptMarkup(token))).join('');

  function keptText(token: HtmlToken): string {
    const rest = cutRanges(html, token, token.hidden ? [inBlock, inHidden] : [inBlock], separator);
    return token.hidden && leaksAddress(rest) ? '' : rest;
  }

  function keptMarkup(token: HtmlToken): string {
    const within = inBlock(token).length > 0;
    const hits = withMarker(token);
    if (removedTags.has(token.start) || (token.kind === 'comment' && within)) return '';
    const source = html.slice(token.start, token.end);
    if (hits.length === 0 && !(within && source.includes('@')) && !leaksAddress(source)) return source;
    return hits.some(({ start }) => start < nameEnd(token)) ? '' : bareTag(token);
  }
}

function nameEnd(token: HtmlToken): number {
  return token.start + (token.kind === 'close' ? 2 : 1) + token.name.length;
}

function isText({ kind }: HtmlToken): boolean {
  return kind === 'text' || kind === 'raw';
}

function toTokens(html: string): readonly HtmlToken[] {
  const tokens: HtmlToken[] = [];
  forEachToken(html, (kind, start, end, name, hidden) => tokens.push({ kind, start, end, name, hidden }));
  return tokens;
}

/**
 * A tag without its attributes; nothing for a comment, for a void element, which is nothing without them, and for an
 * address in angle brackets that was never escaped and so became a tag.
 */
function bareTag({ kind, name }: HtmlToken): string {
  if (kind === 'comment' || name.includes('@') || (isVoid(name) && name !== 'br')) return '';
  return `<${kind === 'close' ? '/' : ''}${name}>`;
}

type RangeFinder = (piece: Range) => readonly Range[];

/** Gives the ranges that overlap a piece; pieces must be asked for in order, so that all of them cost one pass. */
function rangeFinder(ranges: readonly Range[]): RangeFinder {
  let first = 0;
  return (piece) => {
    while ((ranges[first]?.end ?? Number.POSITIVE_INFINITY) <= piece.start) first += 1;
    const found: Range[] = [];
    for (let index = first; (ranges[index]?.start ?? Number.POSITIVE_INFINITY) < piece.end; index += 1) {
      found.push(ranges[index] as Range);
    }
    return found;
  };
}

/** The text of a piece without the ranges, with the separator where one begins. */
function cutRanges(html: string, piece: Range, finders: readonly RangeFinder[], separator: string): string {
  const ranges = finders.flatMap((find) => find(piece)).sort((left, right) => left.start - right.start);
  let result = '';
  let from = piece.start;
  for (const range of ranges) {
    if (range.start >= from) result += html.slice(from, range.start);
    if (range.start >= piece.start) result += separator;
    from = Math.max(from, Math.min(range.end, piece.end));
  }
  return result + html.slice(from, piece.end);
}

/** Tells whether a piece of the source holds an address that a reader sees in the blocks and nowhere else. */
function leakFinder(visible: Projection, markers: Markers): (source: string) => boolean {
  let secret: ReadonlySet<string> | undefined;
  return (source) => {
    if (markers.blocks.length === 0 || !/[@&]|%40/.test(source)) return false;
    // Most mail has no such piece: the keys are made when the first one comes.
    secret ??= secretKeys(visible, markers);
    if (secret.size > 0) for (const key of addressKeys(decodeHtml(source))) if (secret.has(key)) return true;
    return false;
  };
}

/** The addresses that a reader sees in the blocks and nowhere else. */
function secretKeys(visible: Projection, { blocks }: Markers): ReadonlySet<string> {
  const secret = new Set<string>();
  let from = 0;
  const outside: string[] = [];
  for (const block of blocks) {
    outside.push(visible.text.slice(from, block.start));
    for (const key of addressKeys(visible.text.slice(block.list.start, block.list.end))) secret.add(key);
    from = block.end;
  }
  outside.push(visible.text.slice(from));
  if (secret.size > 0) for (const text of outside) for (const key of addressKeys(text)) secret.delete(key);
  return secret;
}
