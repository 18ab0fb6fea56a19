import { createMimeMessage } from 'mimetext';
import type { Composition, MimeComposer } from '../../ports/mime-composer.ts';
import { toBodies } from './mime-composer-bodies.ts';
import { setHeader } from './mime-composer-header.ts';
import { addParts, setBoundaries } from './mime-composer-parts.ts';

/**
 * Composes mails with mimetext, behind a wall: every value is encoded, folded and checked before mimetext gets it, and
 * its line ends (the system's) become CRLF. Text, HTML and the link card are `multipart/alternative`; with inline parts
 * that stands inside `multipart/related` (RFC 2387). Bodies are quoted-printable or base64, so no line of the result is
 * longer than 998 and none but a long Message-ID or word longer than 78.
 */
export function createMimeComposer(): MimeComposer {
  return { compose };
}

function compose(composition: Composition): Uint8Array {
  const message = createMimeMessage();
  setHeader(message, composition);
  addParts(message, toBodies(composition), composition.inline);
  setBoundaries(message, composition.emailId);
  const raw = message.asRaw().replace(/\r?\n/g, '\r\n');
  // Everything written is ASCII, so one byte for each character.
  return Buffer.from(`${raw}\r\n`, 'latin1');
}
