import { encodeBase64Bytes, encodeTextBody } from '../../mail/compose/body-encoding.ts';
import { leafContentType } from '../../mail/compose/content-fields.ts';
import { isContentId } from '../../mail/compose/header-values.ts';
import type { MimeBranch, MimeLeaf, MimeNode } from '../../mail/compose/mime-writer.ts';
import { encodeFileNameParameter } from '../../mail/compose/parameter-encoding.ts';
import type { Composition, InlinePart, KeptPart } from '../../ports/mime-composer.ts';
import type { Bodies } from './mime-composer-bodies.ts';
import { inlineFields } from './mime-composer-parts.ts';

/** Whether a composition has parts that mimetext has no place for. */
export function needsTree({ alternatives = [], kept = [] }: Composition): boolean {
  return alternatives.length + kept.length > 0;
}

/**
 * The part tree of a mail with parts that stay: files beside (the images beside (text, HTML and calendar entries)). The
 * branches that a mail does not need are not written.
 */
export function toTree(bodies: Bodies, composition: Composition): MimeBranch {
  const { inline, alternatives = [], kept = [] } = composition;
  const body: MimeBranch = {
    subtype: 'alternative',
    children: [
      textLeaf('text/plain', bodies.text),
      textLeaf('text/html', bodies.html),
      ...alternatives.map((part) => keptLeaf(part, true)),
    ],
  };
  const shown = inline.length === 0 ? body : branch('related', [body, ...inline.map(inlineLeaf)]);
  return kept.length === 0 ? shown : branch('mixed', [shown, ...kept.map((part) => keptLeaf(part, false))]);
}

function branch(subtype: MimeBranch['subtype'], children: readonly MimeNode[]): MimeBranch {
  return { subtype, children };
}

function textLeaf(contentType: string, text: string): MimeLeaf {
  const { encoding, data } = encodeTextBody(text);
  return {
    fields: [`Content-Type: ${contentType}; charset=UTF-8`, `Content-Transfer-Encoding: ${encoding}`],
    data,
  };
}

function inlineLeaf(part: InlinePart): MimeLeaf {
  const { contentType, contentId, disposition } = inlineFields(part);
  return {
    fields: [
      `Content-Type: ${contentType}`,
      'Content-Transfer-Encoding: base64',
      `Content-ID: ${contentId}`,
      `Content-Disposition: ${disposition}`,
    ],
    data: encodeBase64Bytes(part.content),
  };
}

/** @param isAlternative shown in place of the body by clients that know the type, so it must not be an attachment */
function keptLeaf(part: KeptPart, isAlternative: boolean): MimeLeaf {
  const { contentType, typeParameters, fileName, contentId } = part;
  const named = encodeFileNameParameter('filename', fileName);
  return {
    fields: [
      `Content-Type: ${leafContentType(contentType, typeParameters, fileName)}`,
      'Content-Transfer-Encoding: base64',
      ...(contentId !== undefined && isContentId(contentId) ? [`Content-ID: <${contentId}>`] : []),
      ...(isAlternative ? [] : [`Content-Disposition: ${dispositionOf(part)}${named}`]),
    ],
    data: encodeBase64Bytes(part.content),
  };
}

/** The sender's, but for text: readers take inline text for a piece of the body, and the file would be lost in it. */
function dispositionOf({ contentType, disposition = 'attachment' }: KeptPart): 'attachment' | 'inline' {
  return contentType === 'text/plain' || contentType === 'text/html' ? 'attachment' : disposition;
}
