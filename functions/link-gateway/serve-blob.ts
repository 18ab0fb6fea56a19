import type { Readable } from 'node:stream';
import { parseByteRange } from '../../shared/links/byte-range.ts';
import { namesEntityTag, toEntityTag } from '../../shared/links/entity-tag.ts';
import type { BlobInfo, BlobStore, ByteRange } from '../../shared/ports/blob-store.ts';
import { fileHeaders, guardHeaders, type ServedFile } from './headers.ts';
import { toWebStream } from './web-stream.ts';

/**
 * Answers a GET or HEAD with the bytes of one object: whole (200), in part (206, 416) or by their tag only (304).
 * @returns `undefined` when the bytes are gone
 * @see RFC 9110 §13 (conditions), §14 (ranges)
 */
export async function serveBlob(
  request: Request,
  store: BlobStore,
  key: string,
  file: ServedFile,
): Promise<Response | undefined> {
  const info = await store.head(key);
  if (info === undefined) return undefined;
  const entityTag = toEntityTag(info.etag);
  const headers = { ...fileHeaders(file), ETag: entityTag, 'Accept-Ranges': 'bytes' };
  if (namesEntityTag(request.headers.get('if-none-match') ?? undefined, entityTag)) {
    return new Response(null, { status: 304, headers: { ...guardHeaders, ETag: entityTag } });
  }
  const range = wantedRange(request, info, entityTag);
  if (range === 'unsatisfiable') {
    const refusal = { ...guardHeaders, 'Content-Range': `bytes */${info.sizeBytes}`, 'Accept-Ranges': 'bytes' };
    return new Response(null, { status: 416, headers: refusal });
  }
  const status = range === undefined ? 200 : 206;
  const full = { ...headers, ...lengthHeaders(info, range) };
  if (request.method === 'HEAD') return new Response(null, { status, headers: full });
  const content = await store.get(key, range);
  if (content === undefined) return undefined;
  if (content.info.etag !== info.etag) return restart(request, store, key, file, content.body);
  return new Response(toWebStream(content.body), { status, headers: full });
}

/** A range counts for GET only, and with `If-Range` only while the tag is still the same. @see RFC 9110 §13.1.5 */
function wantedRange(request: Request, info: BlobInfo, entityTag: string): ByteRange | 'unsatisfiable' | undefined {
  const condition = request.headers.get('if-range');
  if (request.method === 'HEAD' || (condition !== null && condition !== entityTag)) return undefined;
  return parseByteRange(request.headers.get('range') ?? undefined, info.sizeBytes);
}

function lengthHeaders(info: BlobInfo, range: ByteRange | undefined): Record<string, string> {
  if (range === undefined) return { 'Content-Length': String(info.sizeBytes) };
  const { firstByte, lastByte } = range;
  return {
    'Content-Length': String(lastByte - firstByte + 1),
    'Content-Range': `bytes ${firstByte}-${lastByte}/${info.sizeBytes}`,
  };
}

/** The object was replaced between the look and the read: its length and tag would be wrong, so look again. */
function restart(request: Request, store: BlobStore, key: string, file: ServedFile, body: Readable) {
  body.destroy();
  return serveBlob(request, store, key, file);
}
