export type HtmlTokenKind = 'text' | 'raw' | 'open' | 'close' | 'comment';

/** Called for each piece of the source, in order and without gaps; `name` is that of a tag, in lower case. */
export type HtmlVisitor = (kind: HtmlTokenKind, start: number, end: number, name: string) => void;

/** Elements whose content is text, not markup. @see HTML §13.1.2 */
const rawElements = new Set(['script', 'style', 'xmp', 'iframe', 'noembed', 'noframes', 'textarea', 'title']);

/**
 * Cuts HTML into text, tags and comments as a browser does; what is never closed reaches to the end.
 * One pass: nothing is looked at twice, whatever the input.
 */
export function scanHtml(html: string, visit: HtmlVisitor): void {
  const lower = asciiLower(html);
  let index = 0;
  while (index < html.length) {
    const angle = nextMarkup(html, index);
    if (angle > index) visit('text', index, angle, '');
    if (angle === html.length) return;
    index = readMarkup(html, lower, angle, visit);
  }
}

/** The next `<` that begins a tag or a comment; any other is text. */
function nextMarkup(html: string, from: number): number {
  let at = html.indexOf('<', from);
  while (at >= 0 && !/[A-Za-z/!?]/.test(html[at + 1] ?? '')) at = html.indexOf('<', at + 1);
  return at < 0 ? html.length : at;
}

/** Visits the markup at `start` and returns where it ends. */
function readMarkup(html: string, lower: string, start: number, visit: HtmlVisitor): number {
  const closing = html[start + 1] === '/';
  const nameAt = start + (closing ? 2 : 1);
  const name = readName(lower, nameAt);
  if (name === '') {
    const end = commentEnd(html, start);
    visit('comment', start, end, '');
    return end;
  }
  const end = tagEnd(html, nameAt + name.length);
  visit(closing ? 'close' : 'open', start, end, name);
  if (closing || !rawElements.has(name)) return end;
  const found = lower.indexOf(`</${name}`, end);
  const rawEnd = found < 0 ? html.length : found;
  if (rawEnd > end) visit('raw', end, rawEnd, name);
  return rawEnd;
}

function readName(lower: string, from: number): string {
  const first = lower.charCodeAt(from);
  if (!(first >= 0x61 && first <= 0x7a)) return '';
  let end = from + 1;
  while (end < lower.length && !isNameEnd(lower.charCodeAt(end))) end += 1;
  return lower.slice(from, end);
}

function isNameEnd(unit: number): boolean {
  return unit <= 0x20 || unit === 0x2f || unit === 0x3e;
}

function commentEnd(html: string, start: number): number {
  const close = html.startsWith('<!--', start) ? '-->' : '>';
  const end = html.indexOf(close, start + 2);
  return end < 0 ? html.length : end + close.length;
}

const notable = /[>=]/g;
const quotedValue = /\s*(["'])/y;

/** The end of a tag: a `>` that is not within a quoted attribute value. Only a quote after `=` begins a value. */
function tagEnd(html: string, from: number): number {
  let index = from;
  while (index < html.length) {
    notable.lastIndex = index;
    const match = notable.exec(html);
    if (match === null) return html.length;
    if (match[0] === '>') return match.index + 1;
    quotedValue.lastIndex = match.index + 1;
    const quote = quotedValue.exec(html);
    index = quote?.[1] === undefined ? match.index + 1 : indexAfter(html, quote[1], quotedValue.lastIndex);
  }
  return html.length;
}

function indexAfter(html: string, char: string, from: number): number {
  const at = html.indexOf(char, from);
  return at < 0 ? html.length : at + 1;
}

/** Only A to Z, so that every index stays where it was. */
function asciiLower(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]+/g, (run) => run.toLowerCase());
}
