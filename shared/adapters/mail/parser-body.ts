import { escapeHtml } from '../../mail/html.ts';
import type { ScannedPart } from '../../mail/mime-scan/scan-types.ts';

/** The body of a mail in the two forms that a reader may choose from. */
export interface MailBody {
  readonly text?: string;
  readonly html?: string;
}

/**
 * Joins the text parts of a mail. Alternatives (RFC 2046 §5.1.4) stay apart; parts that follow each other are read one
 * after the other, so plain text beside HTML is taken into the HTML as well: nothing that the sender wrote is lost in it.
 * @param texts the decoded text of each leaf that is body
 */
export function joinBody(part: ScannedPart, texts: ReadonlyMap<ScannedPart, string>): MailBody {
  const own = texts.get(part);
  if (own !== undefined) return part.contentType === 'text/html' ? { html: own } : { text: own };
  const bodies = part.children.map((child) => joinBody(child, texts));
  const hasHtml = bodies.some((body) => body.html !== undefined);
  const joined = joinTexts(bodies.map((body) => body.text));
  // A blank text beside HTML is no text: whoever prefers text would see an empty mail.
  const text = hasHtml && joined?.trim() === '' ? undefined : joined;
  const isAlternative = part.contentType === 'multipart/alternative';
  const html = hasHtml ? joinHtml(bodies.map((body) => (isAlternative ? body.html : htmlOf(body)))) : undefined;
  return { ...(text === undefined ? {} : { text }), ...(html === undefined ? {} : { html }) };
}

function htmlOf({ text, html }: MailBody): string | undefined {
  if (html !== undefined || text === undefined || text.trim() === '') return html;
  return `<div style="white-space: pre-wrap">${escapeHtml(text)}</div>`;
}

/** One after the other; blank ones count only when there is nothing else. */
function joinTexts(texts: readonly (string | undefined)[]): string | undefined {
  const present = texts.filter((text) => text !== undefined);
  const inked = present.filter((text) => text.trim() !== '');
  return inked.length > 0 ? inked.join('\n') : present[0];
}

function joinHtml(pieces: readonly (string | undefined)[]): string {
  return pieces.filter((piece) => piece !== undefined).join('<br>\n');
}
