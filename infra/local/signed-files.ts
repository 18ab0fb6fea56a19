import { createHmac } from 'node:crypto';
import { Hono } from 'hono';
import { guardHeaders } from '../../functions/link-gateway/headers.ts';
import { serveBlob } from '../../functions/link-gateway/serve-blob.ts';
import { verifySignedBlobUrl } from '../../shared/adapters/local/signed-blob-url.ts';
import type { BlobStore } from '../../shared/ports/blob-store.ts';
import type { Clock, SecretSource } from '../../shared/ports/platform.ts';

export interface SignedFilesParts {
  readonly buckets: readonly BlobStore[];
  readonly secret: Uint8Array;
  readonly clock: Clock;
}

/** The key under which URLs are signed: derived from the link secret, so that neither tells of the other. */
export async function signingSecret(secrets: SecretSource): Promise<Uint8Array> {
  return createHmac('sha256', await secrets.linkSecret())
    .update('signed blob url')
    .digest();
}

/** Answers the URLs that the local blob stores sign, as S3 answers presigned ones: 403 to whatever is not right. */
export function signedFiles({ buckets, secret, clock }: SignedFilesParts): Hono {
  const app = new Hono();
  app.get('/s/:bucket/:key', async (context) => {
    const signed = verifySignedBlobUrl(context.req.url, secret, clock.now());
    const bucket = buckets.find((one) => one.bucket === signed?.bucket);
    if (signed === undefined || bucket === undefined) return context.text('the link is not valid\n', 403, guardHeaders);
    const answer = await serveBlob(context.req.raw, bucket, signed.key, signed);
    return answer ?? context.text('the file is gone\n', 404, guardHeaders);
  });
  return app;
}
