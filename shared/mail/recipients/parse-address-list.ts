import { domainToASCII } from 'node:url';
import { canonicalAddress, isAddress } from '../address.ts';
import { isSpace } from './projection.ts';

export interface AddressList {
  /** Each mailbox once, in the order written, the domain in lower case and in its ASCII form. */
  readonly addresses: readonly string[];
  /** Entries that are no address this system sends to. */
  readonly refusedCount: number;
}

/** Twice the most recipients a route can allow: what is longer is refused whole, so it need not be read to its end. */
const maxEntries = 10_000;

/** The longest text that can still be an address with `mailto:` and quotes around it. */
const maxWordLength = 400;

const separators = new Set([...',;،，、；'].map((char) => char.charCodeAt(0)));

/**
 * Reads addresses separated by commas, semicolons or white space, with display names or without, in angle brackets,
 * square brackets or none. One pass, each character looked at once.
 */
export function parseAddressList(list: string): AddressList {
  const seen = new Map<string, string>();
  let refusedCount = 0;
  forEachEntry(list, (entry) => {
    const address = toAddress(entry);
    if (address === undefined) refusedCount += 1;
    else if (!seen.has(address)) seen.set(address, address);
    return seen.size + refusedCount < maxEntries;
  });
  return { addresses: [...seen.keys()], refusedCount };
}

type Piece = { readonly kind: 'separator' | 'skip' | 'word' | 'angle'; readonly text: string; readonly end: number };

/**
 * Calls `visit` with each word that holds an `@`, each text in angle brackets, and once with the words of an entry that
 * has neither; stops when `visit` says false. Words without `@` beside an address are its display name.
 */
function forEachEntry(list: string, visit: (entry: string) => boolean): void {
  const readPiece = createPieceReader(list);
  let name = '';
  let found = false;
  let go = true;
  for (let index = 0; go && index < list.length; ) {
    const { kind, text, end } = readPiece(index);
    index = end;
    if (kind === 'separator') endEntry();
    else if (kind === 'angle' || text.includes('@')) take(text);
    else if (text.endsWith(':')) name = '';
    else if (name === '' && /[\p{L}\p{N}]/u.test(text.slice(0, maxWordLength))) name = text;
  }
  if (go) endEntry();

  function take(entry: string): void {
    found = true;
    go = visit(entry);
  }

  function endEntry(): void {
    if (!found && name !== '') go = visit(name);
    found = false;
    name = '';
  }
}

/** Reads the piece at an index: a word, what angle brackets or double quotes hold, a separator, or what says nothing. */
function createPieceReader(list: string): (index: number) => Piece {
  const nextQuote = nextIndexOf(list, '"');
  const nextAngle = nextIndexOf(list, '>');
  const nextParenthesis = nextIndexOf(list, ')');
  return (index) => {
    const unit = list.charCodeAt(index);
    if (separators.has(unit)) return { kind: 'separator', text: '', end: index + 1 };
    // A comment: what stands in it is nobody's address. @see RFC 5322 §3.2.2
    if (unit === 0x28) return readEnclosed('skip', index, nextParenthesis(index + 1));
    if (unit === 0x22) return readEnclosed('skip', index, nextQuote(index + 1));
    if (unit === 0x3c) return readEnclosed('angle', index, nextAngle(index + 1));
    if (isBreak(unit)) return { kind: 'skip', text: '', end: index + 1 };
    const end = wordEnd(list, index);
    return { kind: 'word', text: list.slice(index, end), end };
  };

  function readEnclosed(kind: 'skip' | 'angle', index: number, close: number): Piece {
    if (close < 0 || close - index > maxWordLength) return { kind: 'skip', text: '', end: index + 1 };
    return { kind, text: kind === 'skip' ? '' : list.slice(index + 1, close).trim(), end: close + 1 };
  }
}

function wordEnd(list: string, from: number): number {
  let end = from + 1;
  while (end < list.length && !isBreak(list.charCodeAt(end))) end += 1;
  return end;
}

function isBreak(unit: number): boolean {
  return unit === 0x3c || unit === 0x3e || unit === 0x22 || separators.has(unit) || isSpace(unit);
}

/** `indexOf` that remembers its last answer, so that asking at every index costs one pass in all. */
function nextIndexOf(text: string, char: string): (from: number) => number {
  let known = -2;
  return (from) => {
    if (known === -1 || known >= from) return known;
    known = text.indexOf(char, from);
    return known;
  };
}

/** The address as it is sent to; undefined for what is none. */
function toAddress(entry: string): string | undefined {
  if (entry.length > maxWordLength) return undefined;
  const bare = withoutGroup(unwrap(entry));
  const at = bare.lastIndexOf('@');
  // Some hosts read these as a way to somewhere else: `user%other@host`, `host!user`.
  if (/[%!]/.test(bare.slice(0, Math.max(at, 0)))) return undefined;
  const domain = toAsciiDomain(bare.slice(at + 1));
  const address = `${bare.slice(0, Math.max(at, 0))}@${domain}`;
  return isAddress(address) ? canonicalAddress(address) : undefined;
}

/** The first member of a group stands right behind the colon: `Team:a@x.example`. @see RFC 5322 §3.4 */
function withoutGroup(entry: string): string {
  const colon = entry.lastIndexOf(':');
  return colon < 0 || entry.slice(0, colon).includes('@') ? entry : entry.slice(colon + 1);
}

/** The entry as written, without brackets, single quotes and `mailto:` around it. */
export function unwrap(entry: string): string {
  let bare = entry;
  if (bare.startsWith('[')) bare = bare.slice(1);
  if (bare.endsWith(']') && !bare.includes('@[')) bare = bare.slice(0, -1);
  if (bare.startsWith("'") && bare.endsWith("'")) bare = bare.slice(1, -1);
  if (bare.slice(0, 7).toLowerCase() !== 'mailto:') return bare;
  const query = bare.indexOf('?');
  return bare.slice(7, query < 0 ? undefined : query);
}

/**
 * An internationalised domain in its `xn--` form. A label that mixes Latin with Cyrillic or Greek looks like another
 * domain than it is and is refused. @see RFC 5891, Unicode UTS 39 §5
 */
function toAsciiDomain(domain: string): string {
  if (!/[^\x00-\x7f]/.test(domain)) return domain;
  const mixed = domain
    .split('.')
    .some((label) => /\p{Script=Latin}/u.test(label) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(label));
  // Percent signs and slashes have a meaning to a URL parser, none in a domain.
  return mixed || /[%/\\?#@:]/.test(domain) ? '' : domainToASCII(domain);
}
