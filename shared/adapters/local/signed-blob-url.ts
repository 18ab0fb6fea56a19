import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signed URL gives access to, and how the bytes are to be answered. */
export interface SignedBlob {
  readonly bucket: string;
  readonly key: string;
  readonly fileName: string;
  readonly contentType: string;
}

/** @param expiresAtSeconds since 1970; the URL is good up to and not at this second */
export function signBlobUrl(baseUrl: string, secret: Uint8Array, blob: SignedBlob, expiresAtSeconds: number): string {
  const key = Buffer.from(blob.key, 'utf8').toString('base64url');
  const query = new URLSearchParams({
    expires: String(expiresAtSeconds),
    name: blob.fileName.toWellFormed(),
    type: blob.contentType.toWellFormed(),
  });
  query.set('signature', signatureOf(secret, blob.bucket, key, query).toString('base64url'));
  return `${baseUrl}/s/${encodeURIComponent(blob.bucket)}/${key}?${query}`;
}

/**
 * What a URL of `signBlobUrl` gives access to, or `undefined` when it was not signed with this secret, was changed, or
 * has expired. Takes a whole URL or its path and query.
 */
export function verifySignedBlobUrl(url: string, secret: Uint8Array, now: Date): SignedBlob | undefined {
  const parsed = URL.parse(url, 'http://localhost');
  const [, bucket, key] = /^\/s\/([^/]+)\/([A-Za-z0-9_-]+)$/.exec(parsed?.pathname ?? '') ?? [];
  if (parsed === null || bucket === undefined || key === undefined) return undefined;
  const query = parsed.searchParams;
  const expires = query.get('expires') ?? '';
  const given = Buffer.from(query.get('signature') ?? '', 'base64url');
  const plainBucket = decoded(bucket);
  if (plainBucket === undefined || !/^\d{1,12}$/.test(expires)) return undefined;
  const expected = signatureOf(secret, plainBucket, key, query);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  if (now.getTime() >= Number(expires) * 1_000) return undefined;
  return {
    bucket: plainBucket,
    key: Buffer.from(key, 'base64url').toString('utf8'),
    fileName: query.get('name') ?? '',
    contentType: query.get('type') ?? '',
  };
}

/** Over a JSON list, so that no two sets of fields give the same text. */
function signatureOf(secret: Uint8Array, bucket: string, key: string, query: URLSearchParams): Buffer {
  const fields = [bucket, key, query.get('expires'), query.get('name'), query.get('type')];
  return createHmac('sha256', secret).update(JSON.stringify(fields)).digest();
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
