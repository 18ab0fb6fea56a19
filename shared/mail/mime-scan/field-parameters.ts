import { mendLostSemicolon } from './lost-semicolon.ts';

/** A structured field value, `value; name=value; …` (RFC 2045 §5.1), names in lower case, values unquoted. */
export interface FieldParameters {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * The value and the parameters of a MIME field in one linear pass; the first of two parameters of one name wins.
 * Comments (RFC 5322 §3.2.2) are dropped where a token may not stand: a parenthesis inside a token stays.
 * @see RFC 2231 §3 for values in numbered pieces, which are joined
 */
export function parseFieldParameters(text: string): FieldParameters {
  const pieces = splitOutsideQuotes(mendLostSemicolon(text));
  const parameters = new Map<string, string>();
  for (const piece of pieces.slice(1)) {
    const equals = piece.indexOf('=');
    if (equals < 1) continue;
    const name = piece.slice(0, equals).trim().toLowerCase();
    if (!parameters.has(name)) parameters.set(name, unquote(piece.slice(equals + 1).trim()));
  }
  return { value: (pieces[0] ?? '').trim().toLowerCase(), parameters: joinPieces(parameters) };
}

/** The text cut at each `;` that is outside quotes and comments; comments are gone. */
function splitOutsideQuotes(text: string): string[] {
  const pieces: string[][] = [[]];
  let mayComment = true;
  let isPlace: boolean = true;
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    const isComment: boolean = char === '(' && mayComment && isPlace;
    const end = isComment ? commentEnd(text, at) : char === '"' ? quoteEnd(text, at) : at + 1;
    isPlace = isComment || placesOfComments.includes(char);
    if (end > text.length) {
      // One that never closes is text, and none is looked for again: that would be quadratic.
      mayComment = false;
      continue;
    }
    if (char === ';') pieces.push([]);
    else if (!isComment) pieces.at(-1)?.push(text.slice(at, end));
    at = end;
  }
  return pieces.map((piece) => piece.join(''));
}

/** Behind these a parenthesis begins a comment; behind any other character it is part of a token. */
const placesOfComments = ' \t";';

function quoteEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === '"') return at + 1;
  }
  return text.length;
}

/** The end of a comment, nested ones included; one past the end of the text when it never closes. */
function commentEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length + 1;
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  const end = quoteEnd(text, 0);
  const inner = text.slice(1, text.charAt(end - 1) === '"' && end > 1 ? end - 1 : end);
  return inner.replace(/\\(.)/g, '$1');
}

/** `name*0`, `name*1`, … become `name` when it is not there itself. */
function joinPieces(parameters: ReadonlyMap<string, string>): Map<string, string> {
  const joined = new Map(parameters);
  for (const name of parameters.keys()) {
    if (!name.endsWith('*0')) continue;
    const base = name.slice(0, -2);
    let value = '';
    for (let index = 0; parameters.has(`${base}*${index}`); index += 1) value += parameters.get(`${base}*${index}`);
    if (!joined.has(base)) joined.set(base, value);
  }
  return joined;
}
