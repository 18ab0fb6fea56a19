import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { PartHead } from '../contracts/parsed-mail.ts';
import type { Route } from '../contracts/route.ts';
import { isContentId } from '../mail/compose/header-values.ts';
import type { BlobStore } from '../ports/blob-store.ts';

/** A leaf of the mail that is not its body: in the store, or in memory while it may still stay in the mail. */
export interface MailFile {
  readonly head: PartHead;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly blobKey?: string;
  /** An image small enough to stay inline, should the HTML refer to it. */
  readonly content?: Buffer;
}

export interface FileSink {
  /** Takes one leaf; resolved when its bytes are durable or held. */
  take(head: PartHead, content: Readable): Promise<void>;
  /** In the order of the mail. */
  readonly files: readonly MailFile[];
  /** Puts a held image into the store after all. */
  store(file: MailFile): Promise<MailFile>;
  /** Deletes what was stored: for a mail that no link will ever refer to. */
  discard(): Promise<void>;
}

/** All images that wait in memory together never take more than this. */
const maxHeldBytes = 8_000_000;

/** Where the bytes of a part are; the key never holds the sender's file name. */
export function toFileKey(mailId: string, path: string): string {
  return `files/${mailId}/${path}`;
}

/** Takes the files of one mail as they come by, streaming, and remembers their size and hash. */
export function createFileSink(blobs: BlobStore, mailId: string, route: Route, receivedAt: Date): FileSink {
  const files: MailFile[] = [];
  const expiresAt = new Date(receivedAt.getTime() + route.retentionDays * 86_400_000);
  let heldBytes = 0;

  const put = async (head: PartHead, content: Readable | Uint8Array) => {
    const blobKey = toFileKey(mailId, head.path);
    // Never the sender's own content type: the gateway decides what a browser is told.
    await blobs.put(blobKey, content, { contentType: 'application/octet-stream', expiresAt });
    return blobKey;
  };
  const mayStayInline = ({ contentId, contentType }: PartHead) =>
    contentId !== undefined &&
    isContentId(contentId) &&
    contentType.startsWith('image/') &&
    route.offload.keepInlineMaxBytes > 0;

  return {
    files,
    async take(head, content) {
      const measure = createMeasure(content);
      if (mayStayInline(head)) {
        const most = Math.min(route.offload.keepInlineMaxBytes, maxHeldBytes - heldBytes);
        const held = await holdUpTo(measure.stream, most);
        if (held.whole !== undefined) {
          heldBytes += held.whole.length;
          files.push({ head, ...measure.result(), content: held.whole });
          return;
        }
        const blobKey = await put(head, held.rest);
        files.push({ head, ...measure.result(), blobKey });
        return;
      }
      const blobKey = await put(head, Readable.from(measure.stream, { objectMode: false }));
      files.push({ head, ...measure.result(), blobKey });
    },
    async store(file) {
      if (file.content === undefined) return file;
      const blobKey = await put(file.head, file.content);
      return { head: file.head, sizeBytes: file.sizeBytes, sha256: file.sha256, blobKey };
    },
    async discard() {
      for (const { head } of files) await blobs.delete(toFileKey(mailId, head.path));
    },
  };
}

/** Passes bytes on unchanged while it counts and hashes them. */
function createMeasure(content: Readable) {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  async function* pass(): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      const bytes: Buffer = chunk;
      hash.update(bytes);
      sizeBytes += bytes.length;
      yield bytes;
    }
  }
  return { stream: pass(), result: () => ({ sizeBytes, sha256: hash.digest('hex') }) };
}

/** Reads up to `most` bytes into memory; when there are more, gives everything back as one stream. */
async function holdUpTo(
  source: AsyncGenerator<Buffer>,
  most: number,
): Promise<{ readonly whole: Buffer } | { readonly whole?: undefined; readonly rest: Readable }> {
  const held: Buffer[] = [];
  let size = 0;
  for (;;) {
    const next = await source.next();
    if (next.done === true) return { whole: Buffer.concat(held) };
    held.push(next.value);
    size += next.value.length;
    if (size > most) return { rest: Readable.from(after(held, source), { objectMode: false }) };
  }
}

async function* after(first: readonly Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}
