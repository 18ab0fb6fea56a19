import { type Context, Hono } from 'hono';
import { verifySignedBlobUrl } from '../../shared/adapters/local/signed-blob-url.ts';
import type { BlobStore } from '../../shared/ports/blob-store.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { Clock } from '../../shared/ports/platform.ts';
import { page } from './pages.ts';
import { serveBlob } from './serve-blob.ts';

export interface SignedBlobsParts {
  readonly buckets: readonly BlobStore[];
  /** The key under which the buckets sign. */
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The way from a signed URL of one machine to its bytes: `GET` and `HEAD` of `/s/<bucket>/<key>?…`. */
export function signedBlobs({ buckets, secret, clock, log }: SignedBlobsParts): Hono {
  const serve = async ({ req }: Context): Promise<Response> => {
    const signed = verifySignedBlobUrl(req.raw.url, secret, clock.now());
    const store = buckets.find(({ bucket }) => bucket === signed?.bucket);
    if (signed === undefined || store === undefined) return page(req.raw, 'refused');
    return (await serveBlob(req.raw, store, signed.key, signed)) ?? page(req.raw, 'gone');
  };

  const app = new Hono();
  app.get('/s/*', serve);
  app.all('/s/*', (context) => page(context.req.raw, 'refused'));
  app.notFound((context) => page(context.req.raw, 'unknown'));
  app.onError((error, context) => {
    log.error('a signed URL could not be served', error);
    return page(context.req.raw, 'unavailable');
  });
  return app;
}
