import { readEntity } from './html-entities.ts';
import { createVisibility, isInline } from './html-visibility.ts';
import { createProjection, type Projection, type ProjectionBuilder } from './projection.ts';
import { type HtmlTokenKind, scanHtml } from './scan-html.ts';

export interface HtmlToken {
  readonly kind: HtmlTokenKind;
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** Text that a mail program does not show. */
  readonly hidden: boolean;
}

/** The three things that HTML is made of, character references read. */
export interface HtmlProjection {
  /** What a reader sees. */
  readonly visible: Projection;
  /** Text that is there but not shown. */
  readonly hidden: Projection;
  /** Tags with their attributes, and comments. */
  readonly markup: Projection;
}

/** Calls `visit` for each piece of the HTML, with whether it is shown. */
export function forEachToken(
  html: string,
  visit: (kind: HtmlTokenKind, start: number, end: number, name: string, hidden: boolean) => void,
): void {
  const visibility = createVisibility();
  scanHtml(html, (kind, start, end, name) => {
    if (kind === 'close') visibility.close(name);
    visit(kind, start, end, name, kind === 'raw' || visibility.isHidden());
    if (kind === 'open') visibility.open(name, html, start, end);
  });
}

/** Reads HTML in one pass into what is seen, what is hidden and what is markup. */
export function projectHtml(html: string): HtmlProjection {
  const visible = createProjection();
  const hidden = createProjection();
  const markup = createProjection();
  forEachToken(html, (kind, start, end, name, isHidden) => {
    if (kind === 'text') addDecoded(html, start, end, isHidden ? hidden : visible);
    else if (kind === 'raw') addDecoded(html, start, end, hidden);
    else {
      addDecoded(html, start, end, markup);
      // Nothing is found across two tags.
      markup.add(0, end, 0);
      if (name !== '' && !isInline(name)) visible.add(0x0a, start, 0);
    }
  });
  return { visible: visible.finish(), hidden: hidden.finish(), markup: markup.finish() };
}

/** The text of a piece of HTML with its character references read. */
export function decodeHtml(html: string): string {
  if (!html.includes('&')) return html;
  const builder = createProjection();
  addDecoded(html, 0, html.length, builder);
  return builder.finish().text;
}

function addDecoded(html: string, start: number, end: number, target: ProjectionBuilder): void {
  let index = start;
  while (index < end) {
    const unit = html.charCodeAt(index);
    const entity = unit === 0x26 ? readEntity(html, index) : undefined;
    if (entity === undefined) {
      target.add(unit, index, 1);
      index += 1;
    } else {
      const text = String.fromCodePoint(entity.codePoint);
      for (let part = 0; part < text.length; part += 1) target.add(text.charCodeAt(part), index, entity.length);
      index += entity.length;
    }
  }
}
