import type { MailTreatment } from './offload-types.ts';
import { isArmouredMessage, isClearSigned } from './pgp-armour.ts';

/** A node of the part tree, as far as protection goes by it. */
export interface ProtectedNode {
  /** Lower case, without parameters. */
  readonly contentType: string;
  readonly typeParameters: Readonly<Record<string, string>>;
  readonly children: readonly ProtectedNode[];
}

/**
 * How a mail is protected by cryptography.
 * `encrypted`: its body cannot be read; `opaque`: its body is wrapped in S/MIME without being encrypted; `signed`: its
 * body is readable and signed; `enclosed`: an encrypted part lies beside a readable body.
 */
export type MailProtection = 'none' | 'encrypted' | 'opaque' | 'signed' | 'enclosed';

/**
 * Looks at the part tree, and at the text for PGP armour.
 * @see RFC 1847 (multipart/signed, multipart/encrypted), RFC 3156 (PGP), RFC 8551 §3.2 (S/MIME)
 */
export function findProtection(root: ProtectedNode, text: string | undefined): MailProtection {
  const first = firstOf(root);
  if (first !== undefined) return first;
  const hasText = text !== undefined && text.trim() !== '';
  if (hasText && isArmouredMessage(text)) return 'encrypted';
  const types = typesIn(root);
  // Some servers turn multipart/encrypted into multipart/mixed with an empty text before it.
  if (!hasText && types.has('application/pgp-encrypted')) return 'encrypted';
  if (types.has('multipart/signed') || (hasText && isClearSigned(text))) return 'signed';
  return types.has('multipart/encrypted') ? 'enclosed' : 'none';
}

/** The body of a mail is what comes first in it: mailing lists put a footer behind it. */
function firstOf(root: ProtectedNode): 'encrypted' | 'opaque' | undefined {
  for (let node: ProtectedNode | undefined = root; node !== undefined; node = node.children[0]) {
    if (node.contentType === 'multipart/encrypted') return 'encrypted';
    if (smimeTypes.has(node.contentType)) return smimeProtection(node.typeParameters['smime-type']);
  }
  return undefined;
}

const smimeTypes = new Set(['application/pkcs7-mime', 'application/x-pkcs7-mime']);
const opaqueTypes = new Set(['signed-data', 'compressed-data', 'certs-only']);

/** Without the parameter nobody can tell without reading the CMS: taken for the stronger of the two. */
function smimeProtection(smimeType: string | undefined): 'encrypted' | 'opaque' {
  return opaqueTypes.has((smimeType ?? '').trim().toLowerCase()) ? 'opaque' : 'encrypted';
}

function typesIn(root: ProtectedNode): ReadonlySet<string> {
  const types = new Set<string>();
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    types.add(node.contentType);
    waiting.push(...node.children);
  }
  return types;
}

/**
 * What is done with a protected mail.
 * @param wish the route's `signed`; absent: intact where it can be
 * @param mustChange the recipients and the marker stand in the body, which therefore cannot be sent on unchanged
 */
export function treatmentOf(
  protection: MailProtection,
  wish: 'intact' | 'unwrap' | undefined,
  mustChange: boolean,
): MailTreatment {
  if (protection === 'none') return 'plain';
  if (protection === 'signed') return mustChange || wish === 'unwrap' ? 'unwrap' : 'intact';
  if (protection === 'enclosed' && mustChange) return 'plain';
  return 'intact';
}
