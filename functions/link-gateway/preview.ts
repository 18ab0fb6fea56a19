import type { LinkRecord } from '../../shared/contracts/records.ts';
import type { BlobStore } from '../../shared/ports/blob-store.ts';

/** Larger images are not loaded without being asked for. Unit: bytes. */
const mostPreviewBytes = 8_000_000;

/** Images that every browser draws and none runs, by the bytes they begin with. SVG is a document, so never here. */
const kinds: readonly (readonly [string, RegExp])[] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
];
const signatureBytes = 16;

/**
 * The type under which a file may be shown as a picture, decided by its own first bytes; `undefined` when it may not.
 * A link with a limit shows nothing: whoever sees the picture has the bytes. Nor is there a preview of a PDF: browsers
 * show one only outside the sandbox that a stranger's document belongs into.
 */
export async function previewType(store: BlobStore, link: LinkRecord): Promise<string | undefined> {
  const { contentType, sizeBytes, downloadsLeft, blobKey } = link;
  if (downloadsLeft !== undefined || sizeBytes > mostPreviewBytes || sizeBytes < signatureBytes) return undefined;
  if (!/^image\/(?:png|jpe?g|gif|webp)\b/i.test(contentType)) return undefined;
  const content = await store.get(blobKey, { firstByte: 0, lastByte: signatureBytes - 1 });
  if (content === undefined) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of content.body as AsyncIterable<Buffer>) chunks.push(chunk);
  const start = Buffer.concat(chunks).toString('latin1');
  return kinds.find(([, pattern]) => pattern.test(start))?.[0];
}
