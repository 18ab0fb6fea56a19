import { createMimeMessage } from 'mimetext';
import { encodeContentField } from '../../mail/compose/content-fields.ts';
import { type MimeNode, writeMime } from '../../mail/compose/mime-writer.ts';
import type { Composition, ContentField, MailHeader, MimeComposer } from '../../ports/mime-composer.ts';
import { type Bodies, toBodies } from './mime-composer-bodies.ts';
import { setHeader, toHeaderFields } from './mime-composer-header.ts';
import { addParts, boundaryStem, setBoundaries } from './mime-composer-parts.ts';
import { needsTree, toTree } from './mime-composer-tree.ts';

/**
 * Composes mails with mimetext, behind a wall: every value is encoded, folded and checked before mimetext gets it, and
 * its line ends (the system's) become CRLF. Text, HTML and the link card are `multipart/alternative`; with inline parts
 * that stands inside `multipart/related` (RFC 2387). Mails with parts that stay, and mails whose body is not ours, are
 * written here. Bodies are quoted-printable or base64, so no line of the result is longer than 998 and none but a long
 * Message-ID or word longer than 78.
 */
export function createMimeComposer(): MimeComposer {
  return { compose, composeHeader };
}

function compose(composition: Composition): Uint8Array {
  const bodies = toBodies(composition);
  return needsTree(composition) ? composeTree(composition, bodies) : composeWithMimetext(composition, bodies);
}

function composeWithMimetext(composition: Composition, bodies: Bodies): Uint8Array {
  const message = createMimeMessage();
  setHeader(message, composition);
  addParts(message, bodies, composition.inline);
  setBoundaries(message, composition.emailId);
  const raw = message.asRaw().replace(/\r?\n/g, '\r\n');
  // Everything written is ASCII, so one byte for each character.
  return Buffer.from(`${raw}\r\n`, 'latin1');
}

function composeTree(composition: Composition, bodies: Bodies): Uint8Array {
  const tree = toTree(bodies, composition);
  const stem = boundaryStem(composition.emailId, textsOf(tree));
  const header = Buffer.from(headerLines(composition), 'latin1');
  return Buffer.concat([header, ...writeMime(tree, stem), Buffer.from('\r\n')]);
}

/** A boundary has a dash, which base64 does not: it can only stand in other text. */
function textsOf(node: MimeNode): string[] {
  if ('subtype' in node) return node.children.flatMap(textsOf);
  return typeof node.data === 'string' ? [node.data] : [];
}

function composeHeader(header: MailHeader, content: readonly ContentField[]): Uint8Array {
  const contentLines = content.map(({ name, value }) => `${encodeContentField(name, value)}\r\n`);
  return Buffer.from(`${headerLines(header)}${contentLines.join('')}\r\n`, 'latin1');
}

function headerLines(header: MailHeader): string {
  const fields = [...toHeaderFields(header), ['MIME-Version', '1.0'] as const];
  return fields.map(([name, body]) => `${name}: ${body}\r\n`).join('');
}
