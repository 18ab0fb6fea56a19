import { decodeEntities } from '../compose/html-entities.ts';
import { htmlTokens } from '../compose/html-tokens.ts';

const scheme = /cid:([^\s"'<>()]{1,2000})/gi;

/**
 * The Content-IDs that an HTML body shows by `cid:` (RFC 2392), in lower case, percent-encoding and character
 * references undone: in attributes, in CSS `url()` and in conditional comments, not in what is only read as text.
 * Time is in proportion to the input.
 */
export function referencedContentIds(html: string | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  if (html === undefined || !/cid:/i.test(html)) return found;
  for (const { kind, start, end } of htmlTokens(html)) {
    if (kind === 'text' || kind === 'close') continue;
    for (const [, id = ''] of html.slice(start, end).matchAll(scheme)) addForms(found, id);
  }
  return found;
}

/** Whether the HTML shows the part with this Content-ID; letter case does not count, since senders vary it. */
export function isReferenced(references: ReadonlySet<string>, contentId: string): boolean {
  return references.has(contentId.toLowerCase());
}

/** An id may hold a percent sign that encodes nothing, so it counts as written and as decoded. */
function addForms(found: Set<string>, written: string): void {
  const id = decodeEntities(written).split(/["'<>\s]/, 1)[0] ?? '';
  found.add(id.toLowerCase());
  try {
    found.add(decodeURIComponent(id).toLowerCase());
  } catch {
    // Not percent-encoded: the id as it is written is all there is.
  }
}
