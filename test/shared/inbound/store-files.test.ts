import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { PartHead } from '../../../shared/contracts/parsed-mail.ts';
import { routeSchema } from '../../../shared/contracts/route.ts';
import { createFileSink } from '../../../shared/inbound/store-files.ts';
import { sha256 } from '../../support/offload-run.ts';

const route = (changes: object) =>
  routeSchema.parse({
    ...{ id: 'r', address: 'in@in.example.com', identity: 'n@example.com' },
    ...{ recipients: { from: 'fixed', to: ['a@example.com'] } },
    ...changes,
  });
const head = (path: string, changes: Partial<PartHead> = {}): PartHead => ({
  ...{ path, contentType: 'application/pdf', transferEncoding: 'base64', typeParameters: {}, within: [] },
  ...changes,
});

/** A sink over a store that only remembers. */
function openSink(changes: object) {
  const stored = new Map<string, number>();
  const blobs = {
    async put(key: string, body: Readable | Uint8Array) {
      const bytes = body instanceof Readable ? Buffer.concat(await body.toArray()) : body;
      stored.set(key, bytes.length);
      return { key, sizeBytes: bytes.length, etag: 'e', metadata: {}, modifiedAt: new Date(0) };
    },
    async delete(key: string) {
      stored.delete(key);
    },
  };
  return { stored, sink: createFileSink(blobs, 'm', route(changes), new Date(0)) };
}

const pieces = (size: number, piece = 60_000) =>
  Readable.from(
    Array.from({ length: Math.ceil(size / piece) }, (_, at) => Buffer.alloc(Math.min(piece, size - at * piece), at)),
  );

describe('createFileSink', () => {
  it('F9 holds at most 10 MB of what may stay: the largest go to the store', async () => {
    const { sink, stored } = openSink({ offload: { keepTypes: ['application/pdf'] } });
    for (const [index, size] of [4_000_000, 6_000_000, 1_000_000, 3_000_000, 11_000_000].entries()) {
      await sink.take(head(`${index + 1}`), pieces(size));
    }
    expect([...stored]).toEqual([
      ['files/m/2', 6_000_000],
      ['files/m/5', 11_000_000],
    ]);
    expect(sink.files.map(({ content, blobKey }) => [content?.length, blobKey])).toEqual([
      [4_000_000, undefined],
      [undefined, 'files/m/2'],
      [1_000_000, undefined],
      [3_000_000, undefined],
      [undefined, 'files/m/5'],
    ]);
  });

  it('C21 stores nothing of a mail that goes whole, but measures it', async () => {
    const { sink, stored } = openSink({});
    await sink.take(head('1', { within: ['multipart/signed'] }), pieces(100_000));
    expect(stored.size).toBe(0);
    const whole = Buffer.concat(await pieces(100_000).toArray());
    expect(sink.files).toEqual([expect.objectContaining({ sizeBytes: 100_000, sha256: sha256(whole) })]);
  });

  it('stores what was held when it is to go after all, and deletes everything when the mail does not go on', async () => {
    const { sink, stored } = openSink({ offload: { minBytes: 5000 } });
    await sink.take(head('1'), pieces(4999));
    await sink.take(head('2'), pieces(5000));
    expect([...stored.keys()]).toEqual(['files/m/2']);
    const [first] = sink.files;
    expect(await sink.store(first!)).toMatchObject({ blobKey: 'files/m/1', sizeBytes: 4999, sha256: first?.sha256 });
    await sink.discard();
    expect(stored.size).toBe(0);
  });
});
