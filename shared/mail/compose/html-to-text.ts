import { decodeEntities } from './html-entities.ts';
import { type HtmlToken, htmlTokens } from './html-tokens.ts';
import { createTextWriter, type TextWriter } from './text-writer.ts';

/** More HTML than this is not read: it would make a plain text that no one reads, at the cost of everyone's memory. */
const maxHtmlLength = 2_000_000;
const cutNote = '\n[…]';

const words = (list: string) => new Set(list.split(' '));
/** Elements that stand apart, with a blank line around them. */
const paragraphs = words('p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre');
/** Elements that begin and end a line. */
const blocks = words(
  'html body div tr li dt dd hr section article header footer main nav aside address form fieldset figure figcaption center caption',
);
/** Elements without anything to read. What is inside script and style never shows: it is a raw token. */
const hidden = words('head template');

interface ReadState {
  readonly writer: TextWriter;
  hiddenBy: string | undefined;
  link: { readonly url: string; readonly label: string[] } | undefined;
}

/**
 * A plain text alternative for an HTML body: no script, style or head; block elements on lines of their own; links as
 * `text <url>`; images by their alternative text; character references decoded. Reads at most 2,000,000 characters and
 * says so at the end when there was more. Time is in proportion to the input.
 */
export function htmlToText(html: string): string {
  const isCut = html.length > maxHtmlLength;
  const source = isCut ? html.slice(0, maxHtmlLength).toWellFormed() : html;
  const state: ReadState = { writer: createTextWriter(), hiddenBy: undefined, link: undefined };
  for (const token of htmlTokens(source)) readToken(state, token, source.slice(token.start, token.end));
  closeLink(state);
  return state.writer.done() + (isCut ? cutNote : '');
}

function readToken(state: ReadState, token: HtmlToken, slice: string): void {
  if (state.hiddenBy !== undefined) {
    if (endsHidden(state.hiddenBy, token)) state.hiddenBy = undefined;
    if (token.name !== 'body') return;
  }
  if (token.kind === 'text') write(state, decodeEntities(slice));
  else if (token.kind === 'open' && !token.terminated) write(state, slice);
  else if (token.kind === 'open') readOpen(state, token.name, slice);
  else if (token.kind === 'close') readClose(state, token.name);
}

/** A head that is never closed ends where the body begins. */
function endsHidden(hiddenBy: string, token: HtmlToken): boolean {
  return (token.kind === 'close' && token.name === hiddenBy) || (hiddenBy === 'head' && token.name === 'body');
}

function readOpen(state: ReadState, name: string, tag: string): void {
  if (hidden.has(name)) state.hiddenBy = name;
  breakAround(state, name);
  if (name === 'br') state.writer.newLine();
  else if (name === 'li') state.writer.text('- ');
  else if (name === 'hr') state.writer.text('---');
  else if (name === 'td' || name === 'th') state.writer.text(' ');
  else if (name === 'pre') state.writer.keepSpaces(true);
  else if (name === 'img') write(state, attributeOf(tag, 'alt'));
  else if (name === 'a') openLink(state, attributeOf(tag, 'href'));
  if (name === 'hr') breakAround(state, name);
}

function readClose(state: ReadState, name: string): void {
  if (name === 'a') closeLink(state);
  if (name === 'pre') state.writer.keepSpaces(false);
  breakAround(state, name);
}

function breakAround(state: ReadState, name: string): void {
  if (paragraphs.has(name)) state.writer.breakLines(2);
  else if (blocks.has(name)) state.writer.breakLines(1);
}

function write(state: ReadState, text: string): void {
  state.writer.text(text);
  state.link?.label.push(text);
}

function openLink(state: ReadState, href: string): void {
  closeLink(state);
  const url = href.trim();
  if (/^(?:https?|mailto|tel|ftp):[^\s<>]+$/i.test(url)) state.link = { url, label: [] };
}

function closeLink(state: ReadState): void {
  const link = state.link;
  state.link = undefined;
  if (link === undefined) return;
  const label = link.label.join('').trim();
  if (label !== link.url && `mailto:${label}` !== link.url) state.writer.text(` <${link.url}>`);
}

const attributePatterns = {
  href: /[\s"'/]href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i,
  alt: /[\s"'/]alt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i,
} as const;

function attributeOf(tag: string, name: keyof typeof attributePatterns): string {
  const found = attributePatterns[name].exec(tag);
  return decodeEntities(found?.[1] ?? found?.[2] ?? found?.[3] ?? '');
}
