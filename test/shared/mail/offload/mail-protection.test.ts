import { describe, expect, it } from 'vitest';
import { findProtection, type ProtectedNode, treatmentOf } from '../../../../shared/mail/offload/mail-protection.ts';

const node = (
  contentType: string,
  children: readonly ProtectedNode[] = [],
  typeParameters: Readonly<Record<string, string>> = {},
): ProtectedNode => ({ contentType, typeParameters, children });
const text = node('text/plain');
const smime = (type?: string) => node('application/pkcs7-mime', [], type === undefined ? {} : { 'smime-type': type });
const armour = '-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----\n';
const cleartext =
  '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHi\n-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n';

describe('findProtection', () => {
  it.each([
    ['a plain mail', node('multipart/mixed', [text, node('application/pdf')]), 'Hi', 'none'],
    [
      'C22 multipart/encrypted',
      node('multipart/encrypted', [node('application/pgp-encrypted')]),
      undefined,
      'encrypted',
    ],
    [
      'C22 multipart/encrypted with a list footer',
      node('multipart/mixed', [node('multipart/encrypted'), text]),
      'x',
      'encrypted',
    ],
    [
      'C22 multipart/encrypted behind a readable text',
      node('multipart/mixed', [text, node('multipart/encrypted')]),
      'x',
      'enclosed',
    ],
    ['C22 S/MIME enveloped', smime('enveloped-data'), undefined, 'encrypted'],
    ['C22 S/MIME authenticated-enveloped', smime('authEnveloped-data'), undefined, 'encrypted'],
    ['C22 S/MIME that does not say', smime(), undefined, 'encrypted'],
    ['C21 S/MIME signed, opaque', smime('signed-data'), undefined, 'opaque'],
    ['C21 S/MIME signed, letter case aside', smime('Signed-Data'), undefined, 'opaque'],
    ['a pkcs7 file behind a text', node('multipart/mixed', [text, smime()]), 'x', 'none'],
    [
      'C22 PGP taken apart by a server',
      node('multipart/mixed', [text, node('application/pgp-encrypted')]),
      ' \n',
      'encrypted',
    ],
    ['C22 inline PGP', text, armour, 'encrypted'],
    ['C22 inline PGP with words around', text, `Hi\n${armour}`, 'none'],
    ['C21 multipart/signed', node('multipart/signed', [text]), 'x', 'signed'],
    [
      'C21 multipart/signed inside mixed',
      node('multipart/mixed', [node('multipart/signed', [text]), text]),
      'x',
      'signed',
    ],
    ['C22 encrypted inside signed', node('multipart/signed', [node('multipart/encrypted')]), undefined, 'encrypted'],
    ['C21 inline PGP signature', text, cleartext, 'signed'],
  ] as const)('%s', (_what, root, body, expected) => {
    expect(findProtection(root, body)).toBe(expected);
  });
});

describe('treatmentOf', () => {
  it.each([
    ['none', undefined, true, 'plain'],
    ['signed', undefined, false, 'intact'],
    ['signed', undefined, true, 'unwrap'],
    ['signed', 'unwrap', false, 'unwrap'],
    ['signed', 'intact', false, 'intact'],
    ['encrypted', 'unwrap', false, 'intact'],
    ['opaque', 'unwrap', false, 'intact'],
    ['enclosed', undefined, false, 'intact'],
    ['enclosed', undefined, true, 'plain'],
  ] as const)('C21 %s, wish %s, body must change %s: %s', (protection, wish, mustChange, expected) => {
    expect(treatmentOf(protection, wish, mustChange)).toBe(expected);
  });
});
