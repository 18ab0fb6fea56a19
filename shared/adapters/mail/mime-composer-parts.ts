import { createHash } from 'node:crypto';
import type { MIMEMessage } from 'mimetext';
import { PermanentMailError } from '../../errors/mail-error.ts';
import { encodeBase64, encodeTextBody } from '../../mail/compose/body-encoding.ts';
import { isContentId } from '../../mail/compose/header-values.ts';
import { encodeFileNameParameter } from '../../mail/compose/parameter-encoding.ts';
import type { InlinePart } from '../../ports/mime-composer.ts';
import type { Bodies } from './mime-composer-bodies.ts';

/** RFC 2045 §5.1 tokens; parameters are not taken over. */
const mediaType = /^[A-Za-z0-9!#$&^_.+-]{1,60}\/[A-Za-z0-9!#$&^_.+-]{1,60}$/;

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
  if (!isContentId(part.contentId)) {
    throw new PermanentMailError('ERR_HEADER_INJECTION', 'a Content-ID is not printable ASCII without spaces');
  }
  const contentType = safeType(part.contentType);
  const added = message.addAttachment({
    inline: true,
    filename: 'inline',
    contentType,
    encoding: 'base64',
    data: encodeBase64(part.content),
    headers: { 'Content-ID': `<${part.contentId}>` },
  });
  // mimetext puts the file name between quotes as it is; the fields it belongs to are written again, encoded.
  added.setHeader('Content-Type', contentType);
  const name = part.fileName === undefined ? '' : encodeFileNameParameter('filename', part.fileName);
  added.setHeader('Content-Disposition', `inline${name}`);
}

/** The type that can be written; a composite one would need a part tree inside it, which base64 is not. */
function safeType(contentType: string): string {
  const isWritable = mediaType.test(contentType) && !/^(?:multipart|message)\//i.test(contentType);
  return isWritable ? contentType.toLowerCase() : 'application/octet-stream';
}

/**
 * Boundaries that are the same on every run and in none of the encoded parts (RFC 2046 §5.1.1). Call it last.
 * mimetext writes them without quotes, so they are plain tokens.
 */
export function setBoundaries(message: MIMEMessage, emailId: string): void {
  let stem: string;
  let round = 0;
  do {
    stem = createHash('sha256').update(`${emailId}\0${round}`).digest('hex').slice(0, 40);
    round += 1;
  } while (message.messages.some((part) => part.data.includes(stem)));
  message.boundaries = { mixed: `mixed-${stem}`, alt: `alternative-${stem}`, related: `related-${stem}` };
}
