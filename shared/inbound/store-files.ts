import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { PartHead } from '../contracts/parsed-mail.ts';
import type { Route } from '../contracts/route.ts';
import { maxStayBytes, planLeaf } from '../mail/offload/take-leaf.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { mustChangeBody } from './offload-protection.ts';

/**
 * A leaf of the mail that is not its body: in the store, in memory while it may still stay in the mail, or, when the
 * mail goes on whole, only measured.
 */
export interface MailFile {
  readonly head: PartHead;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly blobKey?: string;
  /** What may stay in the mail. */
  readonly content?: Buffer;
}

export interface FileSink {
  /** Takes one leaf; resolved when its bytes are durable or held. */
  take(head: PartHead, content: Readable): Promise<void>;
  /** In the order of the mail. */
  readonly files: readonly MailFile[];
  /** Puts what was held into the store after all. */
  store(file: MailFile): Promise<MailFile>;
  /** Deletes what was stored: for a mail that no link will ever refer to. */
  discard(): Promise<void>;
}

/** Where the bytes of a part are; the key never holds the sender's file name. */
export function toFileKey(mailId: string, path: string): string {
  return `files/${mailId}/${path}`;
}

/** Takes the files of one mail as they come by, streaming, and remembers their size and hash. */
export function createFileSink(
  blobs: Pick<BlobStore, 'put' | 'delete'>,
  mailId: string,
  route: Route,
  receivedAt: Date,
): FileSink {
  const files: MailFile[] = [];
  const expiresAt = new Date(receivedAt.getTime() + route.retentionDays * 86_400_000);
  const rules = { ...route.offload, signed: route.signed, mustChange: mustChangeBody(route) };
  let heldBytes = 0;

  const put = async (head: PartHead, content: Readable | Uint8Array) => {
    const blobKey = toFileKey(mailId, head.path);
    // Never the sender's own content type: the gateway decides what a browser is told.
    await blobs.put(blobKey, content, { contentType: 'application/octet-stream', expiresAt });
    return blobKey;
  };
  const store = async (file: MailFile): Promise<MailFile> => {
    if (file.content === undefined) return file;
    const blobKey = await put(file.head, file.content);
    return { head: file.head, sizeBytes: file.sizeBytes, sha256: file.sha256, blobKey };
  };
  /** The largest go to the store when all together are more than may stay. */
  const makeRoom = async () => {
    while (heldBytes > maxStayBytes) {
      const sizes = files.map(({ content }) => content?.length ?? -1);
      const index = sizes.indexOf(Math.max(...sizes));
      const largest = files[index];
      if (largest?.content === undefined) return;
      heldBytes -= largest.content.length;
      files[index] = await store(largest);
    }
  };

  return {
    files,
    store,
    async take(head, content) {
      const plan = planLeaf(head, rules);
      const measure = createMeasure(content);
      if (plan.take === 'measure') {
        for await (const _ of measure.stream);
        files.push({ head, ...measure.result() });
        return;
      }
      const held = plan.take === 'hold' ? await holdUpTo(measure.stream, plan.maxBytes) : { rest: measure.stream };
      if ('whole' in held) {
        heldBytes += held.whole.length;
        files.push({ head, ...measure.result(), content: held.whole });
        await makeRoom();
        return;
      }
      const blobKey = await put(head, Readable.from(held.rest, { objectMode: false }));
      files.push({ head, ...measure.result(), blobKey });
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
): Promise<{ readonly whole: Buffer } | { readonly rest: AsyncGenerator<Buffer> }> {
  const held: Buffer[] = [];
  let size = 0;
  for (;;) {
    const next = await source.next();
    if (next.done === true) return { whole: Buffer.concat(held) };
    held.push(next.value);
    size += next.value.length;
    if (size > most) return { rest: after(held, source) };
  }
}

async function* after(first: readonly Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}
