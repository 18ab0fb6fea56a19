import { servedContentType } from '../../shared/mail/content-type.ts';
import type { BlobStore } from '../../shared/ports/blob-store.ts';
import { fileHeaders, guardHeaders, type ServedFile } from './headers.ts';

/** Long enough for a slow redirect, short enough that a copied address is worth nothing. Unit: seconds. */
const signedForSeconds = 60;

/**
 * Answers a GET with a redirect to a URL that the store itself serves, as an attachment of a harmless type; bytes never
 * pass through here. HEAD is answered from what the store says, because the signature is good for GET alone.
 * @returns `undefined` when the bytes are gone, so that no visitor meets the store's own error page
 */
export async function redirectToBlob(
  request: Request,
  store: BlobStore,
  key: string,
  file: ServedFile,
): Promise<Response | undefined> {
  const info = await store.head(key);
  if (info === undefined) return undefined;
  if (request.method === 'HEAD') {
    const headers = { ...fileHeaders(file), 'Content-Length': String(info.sizeBytes) };
    return new Response(null, { status: 200, headers });
  }
  const signed = await store.signGet(key, {
    expiresInSeconds: signedForSeconds,
    fileName: file.fileName,
    contentType: servedContentType(file.contentType),
  });
  return new Response(null, { status: 303, headers: { ...guardHeaders, Location: signed.url } });
}
