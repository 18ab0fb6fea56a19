import { cleanBody } from '../../mail/compose/clean-text.ts';
import { htmlToText } from '../../mail/compose/html-to-text.ts';
import { textToHtml } from '../../mail/compose/text-to-html.ts';
import { insertCard } from '../../mail/link-card/insert-card.ts';
import { linkCardHtml } from '../../mail/link-card/link-card-html.ts';
import { linkCardText } from '../../mail/link-card/link-card-text.ts';
import { noteHtml, noteText } from '../../mail/link-card/note.ts';
import type { Composition } from '../../ports/mime-composer.ts';

/** Stands where a mail had nothing to read, so that the recipient knows that nothing was lost. */
const noText = 'This mail has no text.';

/** Both bodies of an outgoing mail with the link card in them, each ending with one line end. */
export interface Bodies {
  readonly text: string;
  readonly html: string;
}

/** Makes the body that is missing from the one that is there: every mail goes out as text and as HTML. */
export function toBodies(composition: Composition): Bodies {
  const { files, card, note } = composition;
  const html = present(composition.html);
  const text = present(composition.text) ?? (html === undefined ? undefined : present(htmlToText(html))) ?? noText;
  const options = { position: card };
  const cardText = `${noteText(note, options)}${linkCardText(files, options)}`;
  const cardHtml = `${noteHtml(note, options)}${linkCardHtml(files, options)}`;
  const wholeText = card === 'top' ? `${cardText}${text}` : `${cleanBody(text)}${cardText}`;
  return {
    text: cleanBody(wholeText),
    html: cleanBody(insertCard(html ?? textToHtml(text), cardHtml, card)),
  };
}

function present(body: string | undefined): string | undefined {
  return body === undefined || body.trim() === '' ? undefined : cleanBody(body);
}
