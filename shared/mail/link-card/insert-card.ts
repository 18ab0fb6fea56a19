import { type HtmlToken, htmlTokens } from '../compose/html-tokens.ts';

/**
 * Puts the card into an HTML body, at the top or the bottom of what is seen. Inside `<body>` where there is one, else
 * after the head or around the fragment. Tags in comments, scripts and attribute values do not count; a comment, tag or
 * script that is never closed comes after the card, since it would hide it. Time is in proportion to the input.
 */
export function insertCard(html: string, card: string, position: 'top' | 'bottom'): string {
  if (card === '') return html;
  const places = findPlaces(html);
  const at = position === 'top' ? places.top : places.bottom;
  return html.slice(0, at) + card + html.slice(at);
}

/** Nothing may come before it: a document that does not begin with its doctype is shown in quirks mode. */
const doctype = /^\s*<!doctype[^>]*>/i;

interface Places {
  readonly top: number;
  readonly bottom: number;
}

function findPlaces(html: string): Places {
  const firstEnd = new Map<string, number>();
  const lastStart = new Map<string, number>();
  const doctypeEnd = doctype.exec(html)?.[0].length ?? 0;
  let readableEnd = html.length;
  let previous: HtmlToken | undefined;
  for (const token of htmlTokens(html)) {
    const tag = `${token.kind} ${token.name}`;
    // Raw content that never ends is hidden together with the tag that opened it.
    if (!token.terminated) readableEnd = token.kind === 'raw' ? (previous?.start ?? 0) : token.start;
    else if (!firstEnd.has(tag)) firstEnd.set(tag, token.end);
    if (token.terminated) lastStart.set(tag, token.start);
    previous = token;
  }
  const top = firstEnd.get('open body') ?? firstEnd.get('close head') ?? firstEnd.get('open html') ?? doctypeEnd;
  const closing = lastStart.get('close body') ?? lastStart.get('close html') ?? readableEnd;
  return { top, bottom: Math.max(top, closing) };
}
