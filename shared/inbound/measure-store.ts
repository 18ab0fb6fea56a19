import type { BlobStore } from '../ports/blob-store.ts';

/**
 * A store that keeps nothing: for a dry run, in which a file is only measured. What is put is read to its end, so that
 * its size and hash are known, and forgotten.
 */
export function createMeasureStore(): Pick<BlobStore, 'put' | 'delete'> {
  return {
    async put(key, body) {
      let sizeBytes = 0;
      if (body instanceof Uint8Array) sizeBytes = body.length;
      else for await (const chunk of body) sizeBytes += (chunk as Buffer).length;
      return { key, sizeBytes, etag: '', metadata: {}, modifiedAt: new Date(0) };
    },
    async delete() {},
  };
}
