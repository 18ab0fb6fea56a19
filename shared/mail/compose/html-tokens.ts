/** A stretch of HTML source. `end` is exclusive; `terminated` is false when the input ended inside it. */
export interface HtmlToken {
  /** `raw`: what stands inside an element whose content is not markup, such as `script`. */
  readonly kind: 'text' | 'open' | 'close' | 'comment' | 'declaration' | 'raw';
  /** The element's name in lower case; empty for text, comments and declarations. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly terminated: boolean;
}

const rawClose = new Map(
  ['script', 'style', 'title', 'textarea', 'xmp', 'iframe', 'noembed', 'noframes'].map((name) => [
    name,
    new RegExp(`</${name}(?=[\\s/>])`, 'gi'),
  ]),
);
const nameChars = /[^\s/>]*/y;

/**
 * Cuts HTML into tokens the way browsers do: quoted attribute values may hold `>`, comments and script may hold tags.
 * Never fails, and takes time in proportion to the input: what is not terminated reaches to the end at once.
 * @see https://html.spec.whatwg.org/multipage/parsing.html#tokenization
 */
export function* htmlTokens(html: string): Generator<HtmlToken> {
  let at = 0;
  while (at < html.length) {
    const start = nextMarkup(html, at);
    if (start > at) yield { kind: 'text', name: '', start: at, end: start, terminated: true };
    if (start >= html.length) return;
    const token = markupAt(html, start);
    yield token;
    at = token.end;
    const close = token.kind === 'open' ? rawClose.get(token.name) : undefined;
    if (close === undefined) continue;
    const raw = rawUntil(html, at, token.name, close);
    if (raw.end > raw.start || !raw.terminated) yield raw;
    at = raw.end;
  }
}

/** The next `<` that begins markup: one followed by a letter, or by `/`, `!` or `?` and something. */
function nextMarkup(html: string, from: number): number {
  let at = html.indexOf('<', from);
  while (at >= 0) {
    const next = html[at + 1] ?? '';
    const afterNext = html[at + 2] ?? '';
    if (isLetter(next) || next === '!' || next === '?' || (next === '/' && isLetter(afterNext))) return at;
    at = html.indexOf('<', at + 1);
  }
  return html.length;
}

function markupAt(html: string, start: number): HtmlToken {
  const next = html[start + 1];
  if (next === '!' || next === '?') {
    const isComment = html.startsWith('<!--', start);
    // `<!-->` is a whole comment, so the search begins inside the opening.
    const close = isComment ? html.indexOf('-->', start + 2) : html.indexOf('>', start);
    const kind = isComment ? 'comment' : 'declaration';
    return toToken(html, kind, '', start, close < 0 ? -1 : close + (isComment ? 3 : 1));
  }
  const nameStart = start + (next === '/' ? 2 : 1);
  nameChars.lastIndex = nameStart;
  const name = (nameChars.exec(html)?.[0] ?? '').toLowerCase();
  return toToken(html, next === '/' ? 'close' : 'open', name, start, tagEnd(html, nameStart + name.length));
}

/** Just after the `>` of a tag, or -1 when there is none outside a quoted value. */
function tagEnd(html: string, from: number): number {
  let at = from;
  while (at < html.length) {
    const char = html[at];
    if (char === '>') return at + 1;
    at = char === '=' ? afterValueOpening(html, at + 1) : at + 1;
    if (at < 0) return -1;
  }
  return -1;
}

/** Skips white space after `=` and a quoted value, if one stands there; -1 when its quote is never closed. */
function afterValueOpening(html: string, from: number): number {
  let at = from;
  while (/^\s$/.test(html[at] ?? '')) at += 1;
  const quote = html[at];
  if (quote !== '"' && quote !== "'") return at;
  const close = html.indexOf(quote, at + 1);
  return close < 0 ? -1 : close + 1;
}

function rawUntil(html: string, start: number, name: string, close: RegExp): HtmlToken {
  close.lastIndex = start;
  return toToken(html, 'raw', name, start, close.exec(html)?.index ?? -1);
}

function toToken(html: string, kind: HtmlToken['kind'], name: string, start: number, end: number): HtmlToken {
  return { kind, name, start, end: end < 0 ? html.length : end, terminated: end >= 0 };
}

function isLetter(char: string): boolean {
  return /^[A-Za-z]$/.test(char);
}
