import { findHtmlMarkers } from './html-markers.ts';
import { findMarkers, type Markers } from './markers.ts';
import { type AddressList, parseAddressList } from './parse-address-list.ts';
import { projectHtml } from './project-html.ts';
import { type Projection, projectText } from './projection.ts';
import { removeFromHtml } from './remove-from-html.ts';
import { removeFromText } from './remove-from-text.ts';

export interface RecipientSource {
  /** The text body, decoded, soft line breaks undone (RFC 2045 §6.7, RFC 3676). */
  readonly text?: string;
  readonly html?: string;
  /** What stands before and after a list; a secret. */
  readonly marker: string;
}

export interface FoundRecipients {
  /** The text body without the lists and the marker. */
  readonly text?: string;
  /** The HTML body without them. */
  readonly html?: string;
  /** The union of the lists of the text body; absent when it has none. */
  readonly textList?: AddressList;
  readonly htmlList?: AddressList;
  /** A marker without its partner stood in a body. */
  readonly openMarker: boolean;
}

/**
 * Finds the lists `MARKER[a@x.example, b@y.example]MARKER`, with or without square brackets, in both bodies of a mail
 * and takes them out. In HTML only what a reader sees is read as a list; the marker is removed wherever it stands.
 * Linear in the size of the bodies, whatever they hold.
 */
export function findRecipients({ text, html, marker }: RecipientSource): FoundRecipients {
  const fromText = text === undefined ? undefined : findInText(text, marker);
  const fromHtml = html === undefined ? undefined : findInHtml(html, marker);
  return {
    ...(fromText && { text: fromText.rest }),
    ...(fromText?.list && { textList: fromText.list }),
    ...(fromHtml && { html: fromHtml.rest }),
    ...(fromHtml?.list && { htmlList: fromHtml.list }),
    openMarker: fromText?.open === true || fromHtml?.open === true,
  };
}

interface Found {
  readonly rest: string;
  readonly list: AddressList | undefined;
  readonly open: boolean;
}

function findInText(text: string, marker: string): Found {
  const projection = projectText(text);
  const markers = findMarkers(projection, marker);
  return {
    rest: removeFromText(text, projection, markers, marker),
    list: readLists(projection, markers),
    open: markers.lone.length > 0,
  };
}

function findInHtml(html: string, marker: string): Found {
  const projection = projectHtml(html);
  const markers = findHtmlMarkers(projection, marker);
  return {
    rest: removeFromHtml(html, projection, markers, marker),
    list: readLists(projection.visible, markers.visible),
    open: markers.visible.lone.length > 0,
  };
}

/** All lists of one body as one, since a comma between two lists parts them as well as two markers do. */
function readLists(projection: Projection, { blocks }: Markers): AddressList | undefined {
  if (blocks.length === 0) return undefined;
  return parseAddressList(blocks.map(({ list }) => projection.text.slice(list.start, list.end)).join(','));
}
