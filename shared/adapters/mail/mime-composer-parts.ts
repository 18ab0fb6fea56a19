import { createHash } from 'node:crypto';
import type { MIMEMessage } from 'mimetext';
import { PermanentMailError } from '../../errors/mail-error.ts';
import { encodeBase64, encodeTextBody } from '../../mail/compose/body-encoding.ts';
import { safeMediaType } from '../../mail/compose/content-fields.ts';
import { isContentId } from '../../mail/compose/header-values.ts';
import { encodeFileNameParameter } from '../../mail/compose/parameter-encoding.ts';
import type { InlinePart } from '../../ports/mime-composer.ts';
import type { Bodies } from './mime-composer-bodies.ts';

/** Adds the text, the HTML and the parts that the HTML refers to. */
export function addParts(message: MIMEMessage, bodies: Bodies, inline: readonly InlinePart[]): void {
  for (const [contentType, body] of [
    ['text/plain', bodies.text],
    ['text/html', bodies.html],
  ] as const) {
    const { encoding, data } = encodeTextBody(body);
    message.addMessage({ contentType, encoding, data });
  }
  for (const part of inline) addInline(message, part);
}

function addInline(message: MIMEMessage, part: InlinePart): void {
  const { contentType, contentId, disposition } = inlineFields(part);
  const added = message.addAttachment({
    inline: true,
    filename: 'inline',
    contentType,
    encoding: 'base64',
    data: encodeBase64(part.content),
    headers: { 'Content-ID': contentId },
  });
  // mimetext puts the file name between quotes as it is; the fields it belongs to are written again, encoded.
  added.setHeader('Content-Type', contentType);
  added.setHeader('Content-Disposition', disposition);
  // mimetext looks for the word in the whole field: a file named after it would be written twice.
  added.isAttachment = () => false;
  added.isInlineAttachment = () => true;
}

/** The bodies of the fields of a part that the HTML refers to. */
export function inlineFields(part: InlinePart): {
  readonly contentType: string;
  readonly contentId: string;
  readonly disposition: string;
} {
  if (!isContentId(part.contentId)) {
    throw new PermanentMailError('ERR_HEADER_INJECTION', 'a Content-ID is not printable ASCII without spaces');
  }
  const name = part.fileName === undefined ? '' : encodeFileNameParameter('filename', part.fileName);
  return {
    contentType: safeMediaType(part.contentType),
    contentId: `<${part.contentId}>`,
    disposition: `inline${name}`,
  };
}

/**
 * Boundaries that are the same on every run and in none of the encoded parts (RFC 2046 §5.1.1). Call it last.
 * mimetext writes them without quotes, so they are plain tokens.
 */
export function setBoundaries(message: MIMEMessage, emailId: string): void {
  const stem = boundaryStem(
    emailId,
    message.messages.map(({ data }) => data),
  );
  message.boundaries = { mixed: `mixed-${stem}`, alt: `alternative-${stem}`, related: `related-${stem}` };
}

/** What all boundaries of a mail end with: made from its id, and in none of its encoded texts. */
export function boundaryStem(emailId: string, texts: readonly string[]): string {
  for (let round = 0; ; round += 1) {
    const stem = createHash('sha256').update(`${emailId}\0${round}`).digest('hex').slice(0, 40);
    if (!texts.some((text) => text.includes(stem))) return stem;
  }
}
