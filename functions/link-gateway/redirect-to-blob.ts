import { servedContentType } from '../../shared/mail/content-type.ts';
import type { BlobStore, SignedUrl } from '../../shared/ports/blob-store.ts';
import { fileHeaders, guardHeaders, type ServedFile } from './headers.ts';

/** Long enough for a slow redirect, short enough that a copied address is worth nothing. Unit: seconds. */
export const signedForSeconds = 60;

/** Hands visitors on to a store that serves its bytes itself. */
export interface BlobRedirect {
  /**
   * Answers a GET with a redirect to a signed URL, as an attachment of a harmless type; bytes never pass through here.
   * HEAD is answered from what the store says, because the signature is good for GET alone.
   * @returns `undefined` when the bytes are gone, so that no visitor meets the store's own error page
   */
  give(request: Request, store: BlobStore, key: string, file: ServedFile): Promise<Response | undefined>;
  /** The one origin that visitors are ever sent to. */
  origin(store: BlobStore): Promise<string>;
}

export function createBlobRedirect(): BlobRedirect {
  let known: Promise<string> | undefined;
  const origin = (store: BlobStore) => {
    known ??= originOf(store).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    origin,
    async give(request, store, key, file) {
      const info = await store.head(key);
      if (info === undefined) return undefined;
      if (request.method === 'HEAD') {
        const headers = { ...fileHeaders(file), 'Content-Length': String(info.sizeBytes) };
        return new Response(null, { status: 200, headers });
      }
      const { url } = await sign(store, key, file);
      // The key and the name come from a mail: whatever they hold, no visitor is sent to another host.
      if (new URL(url).origin !== (await origin(store))) throw new Error('a signed url leads to another host');
      return new Response(null, { status: 303, headers: { ...guardHeaders, Location: url } });
    },
  };
}

function sign(store: BlobStore, key: string, { fileName, contentType }: ServedFile): Promise<SignedUrl> {
  const expiresInSeconds = signedForSeconds;
  return store.signGet(key, { expiresInSeconds, fileName, contentType: servedContentType(contentType) });
}

/** Where a key that nothing outside has chosen leads. */
async function originOf(store: BlobStore): Promise<string> {
  const { url } = await sign(store, 'files/origin', { fileName: 'origin', contentType: '' });
  return new URL(url).origin;
}
