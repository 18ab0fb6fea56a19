import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlobStore } from '../../shared/ports/blob-store.ts';
import { uniqueName } from './unique-name.ts';

export interface OpenedBlobStore {
  readonly store: BlobStore;
  close(): Promise<void>;
}

const mebibyte = 1_048_576;

async function bytesOf(store: BlobStore, key: string): Promise<Buffer | undefined> {
  const content = await store.get(key);
  return content && buffer(content.body);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A source that gives some bytes and then breaks, as a client does that hangs up. */
function breakingSource(chunkCount: number): Readable {
  return Readable.from(
    (async function* () {
      for (let count = 0; count < chunkCount; count += 1) yield Buffer.alloc(65_536, count);
      throw new Error('the source broke');
    })(),
  );
}

/** What every blob store must do; the bucket may hold other objects. */
export function describeBlobStore(name: string, open: () => Promise<OpenedBlobStore>): void {
  describe(`blob store: ${name}`, () => {
    let opened: OpenedBlobStore;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());
    const store = (): BlobStore => opened.store;
    describeWhole(store);
    describeStreams(store);
    describeListing(store);
    describeSigning(store);
  });
}

function describeWhole(store: () => BlobStore): void {
  it('get, head and delete of a key that was never put: undefined, undefined, no error', async () => {
    const key = uniqueName('files/none');
    expect(await store().get(key)).toBeUndefined();
    expect(await store().head(key)).toBeUndefined();
    await store().delete(key);
  });

  it('put gives the bytes back with size, type, metadata, time and one etag everywhere', async () => {
    const key = uniqueName('files/whole');
    const bytes = randomBytes(1000);
    const put = await store().put(key, bytes, {
      contentType: 'application/pdf',
      metadata: { 'mail-id': 'm1', n: '2' },
    });
    const got = await store().get(key);
    const head = await store().head(key);
    expect(await buffer(got!.body)).toEqual(bytes);
    for (const info of [put, got!.info, head!]) {
      expect(info).toMatchObject({ key, sizeBytes: 1000, contentType: 'application/pdf', etag: put.etag });
      expect(info.metadata).toEqual({ 'mail-id': 'm1', n: '2' });
      expect(Math.abs(info.modifiedAt.getTime() - Date.now())).toBeLessThan(60_000);
    }
    expect(put.etag).toMatch(/^[^"\s]+$/);
  });

  it('put of no bytes gives an object of no bytes', async () => {
    const key = uniqueName('files/empty');
    expect((await store().put(key, new Uint8Array())).sizeBytes).toBe(0);
    expect(await bytesOf(store(), key)).toEqual(Buffer.alloc(0));
    expect((await store().put(key, Readable.from([]))).sizeBytes).toBe(0);
    expect((await store().head(key))?.metadata).toEqual({});
  });

  it('put over a key replaces bytes, type, metadata and etag', async () => {
    const key = uniqueName('files/replace');
    const first = await store().put(key, Buffer.from('first'), { contentType: 'text/plain', metadata: { a: '1' } });
    const second = await store().put(key, Buffer.from('second one'), {
      contentType: 'text/html',
      metadata: { b: '2' },
    });
    expect(second.etag).not.toBe(first.etag);
    expect(await bytesOf(store(), key)).toEqual(Buffer.from('second one'));
    expect(await store().head(key)).toMatchObject({ contentType: 'text/html', metadata: { b: '2' }, sizeBytes: 10 });
  });

  it('delete removes one key and leaves another with the same bytes', async () => {
    const [one, two] = [uniqueName('files/one'), uniqueName('files/two')];
    const bytes = randomBytes(100);
    await Promise.all([store().put(one, bytes), store().put(two, bytes)]);
    await store().delete(one);
    expect(await store().get(one)).toBeUndefined();
    expect(await bytesOf(store(), two)).toEqual(bytes);
  });

  it.each([
    'Grüße/日本語/🎉.pdf',
    'a b+c%20d%2Fe?f=g&h#i',
    `"quotes" 'and' <tags>`,
    'a//b/',
    'e\u0301 is not \u00e9',
    'n'.repeat(900),
  ])('key %s is kept as it is', async (rest) => {
    const key = `${uniqueName('files')}/${rest}`;
    const bytes = Buffer.from(rest);
    expect((await store().put(key, bytes)).key).toBe(key);
    expect(await bytesOf(store(), key)).toEqual(bytes);
    expect((await store().head(key))?.key).toBe(key);
    await store().delete(key);
    expect(await store().head(key)).toBeUndefined();
  });

  it.each([
    [0, 0],
    [0, 99],
    [10, 19],
    [999, 999],
    [990, 5000],
  ])('get of bytes %i to %i, both inclusive, cut at the end of the object', async (firstByte, lastByte) => {
    const key = uniqueName('files/range');
    const bytes = randomBytes(1000);
    await store().put(key, bytes);
    const got = await store().get(key, { firstByte, lastByte });
    expect(await buffer(got!.body)).toEqual(bytes.subarray(firstByte, lastByte + 1));
    // The info is the object's, not the range's.
    expect(got!.info.sizeBytes).toBe(1000);
  });
}

function describeStreams(store: () => BlobStore): void {
  it('put streams 6 MB of unknown length and get streams them back unchanged', async () => {
    const key = uniqueName('raw/route/big');
    const bytes = randomBytes(6 * mebibyte + 17);
    const chunks = Array.from({ length: 97 }, (_, index) => bytes.subarray(index * 65_536, (index + 1) * 65_536));
    const put = await store().put(key, Readable.from(chunks), { contentType: 'message/rfc822', metadata: { a: 'b' } });
    expect(put.sizeBytes).toBe(bytes.length);
    expect(await store().head(key)).toMatchObject({ etag: put.etag, sizeBytes: bytes.length, metadata: { a: 'b' } });
    expect(sha256((await bytesOf(store(), key))!)).toBe(sha256(bytes));
    const tail = await store().get(key, { firstByte: 6 * mebibyte, lastByte: 6 * mebibyte + 16 });
    expect(await buffer(tail!.body)).toEqual(bytes.subarray(6 * mebibyte));
  });

  it.each([1, 100])('put whose source fails after %i chunks throws and stores nothing', async (chunkCount) => {
    const key = uniqueName('raw/route/broken');
    await expect(store().put(key, breakingSource(chunkCount))).rejects.toThrow();
    expect(await store().get(key)).toBeUndefined();
  });

  it('put whose source fails leaves the object that was there', async () => {
    const key = uniqueName('raw/route/kept');
    await store().put(key, Buffer.from('kept'));
    await expect(store().put(key, breakingSource(1))).rejects.toThrow();
    expect(await bytesOf(store(), key)).toEqual(Buffer.from('kept'));
  });

  it('put whose source was destroyed before it is read throws and stores nothing', async () => {
    const key = uniqueName('raw/route/destroyed');
    const source = Readable.from([Buffer.from('x')]);
    source.destroy(new Error('the client hung up'));
    source.on('error', () => undefined);
    await expect(store().put(key, source)).rejects.toThrow();
    expect(await store().head(key)).toBeUndefined();
  });

  it('get whose body is destroyed early leaves the store usable', async () => {
    const key = uniqueName('raw/route/early');
    await store().put(key, Buffer.alloc(2 * mebibyte, 7));
    const got = await store().get(key);
    got!.body.on('error', () => undefined).destroy();
    expect((await bytesOf(store(), key))?.length).toBe(2 * mebibyte);
  });

  it('an object that is being read stays whole while its key is replaced', async () => {
    const key = uniqueName('raw/route/replaced');
    await store().put(key, Buffer.alloc(2 * mebibyte, 1));
    const got = await store().get(key);
    await store().put(key, Buffer.alloc(10, 2));
    const bytes = await buffer(got!.body);
    expect([bytes.length, bytes.every((byte) => byte === 1)]).toEqual([2 * mebibyte, true]);
  });

  it('eight puts at once give eight objects', async () => {
    const names = Array.from({ length: 8 }, () => uniqueName('files/many'));
    const bytes = names.map((_, index) => Buffer.alloc(100_000, index));
    await Promise.all(names.map((key, index) => store().put(key, Readable.from([bytes[index]!]))));
    for (const [index, key] of names.entries()) expect(await bytesOf(store(), key)).toEqual(bytes[index]);
  });
}

function describeListing(store: () => BlobStore): void {
  it('list tells of each object what head tells, in the order of keys, and of no other prefix', async () => {
    const prefix = `${uniqueName('raw/listed')}/`;
    const rests = ['b', 'a c+d%25', 'a', 'é/日本', 'a/x'];
    for (const rest of rests) await store().put(`${prefix}${rest}`, Buffer.from(rest));
    await store().put(`${prefix.slice(0, -1)}0`, Buffer.from('beside'));
    const { blobs, next } = await store().list({ prefix, limit: 1000 });
    expect(next).toBeUndefined();
    expect(blobs.map(({ key }) => key.slice(prefix.length))).toEqual(['a', 'a c+d%25', 'a/x', 'b', 'é/日本']);
    for (const blob of blobs) {
      const head = await store().head(blob.key);
      expect({ etag: blob.etag, sizeBytes: blob.sizeBytes }).toEqual({ etag: head?.etag, sizeBytes: head?.sizeBytes });
      expect(Math.abs(blob.modifiedAt.getTime() - Date.now())).toBeLessThan(60_000);
    }
  });

  it('list goes on behind a key, page by page, whether that key is still there or not', async () => {
    const prefix = `${uniqueName('raw/pages')}/`;
    const keys = ['1', '2', '3', '4', '5'].map((rest) => `${prefix}${rest}`);
    for (const key of keys) await store().put(key, Buffer.from('x'));
    const first = await store().list({ prefix, limit: 2 });
    expect([first.blobs.map(({ key }) => key), first.next]).toEqual([keys.slice(0, 2), keys[1]]);
    await store().delete(keys[1]!);
    const second = await store().list({ prefix, limit: 2, after: first.next! });
    const third = await store().list({ prefix, limit: 2, after: second.next! });
    expect([...second.blobs, ...third.blobs].map(({ key }) => key)).toEqual(keys.slice(2));
    expect(third.next).toBeUndefined();
    expect(await store().list({ prefix, limit: 2, after: keys[4]! })).toEqual({ blobs: [] });
    expect((await store().list({ prefix, limit: 9, after: 'a' })).blobs.length).toBe(4);
  });

  it.each([0, -1, 1001, 1.5])('list of %d objects is refused', async (limit) => {
    await expect(store().list({ prefix: 'raw/', limit })).rejects.toThrow();
  });
}

function describeSigning(store: () => BlobStore): void {
  it('signGet gives a URL that ends no later than asked, for any file name', async () => {
    const key = uniqueName('files/signed ü');
    await store().put(key, Buffer.from('x'));
    const fileName = 'Rechnung "März" \u65e5;\\.pdf';
    const before = Date.now();
    const signed = await store().signGet(key, { expiresInSeconds: 60, fileName, contentType: 'application/pdf' });
    expect(new URL(signed.url).protocol).toMatch(/^https?:$/);
    expect(signed.url).toMatch(/^[\x21-\x7e]+$/);
    expect(signed.expiresAt.getTime()).toBeGreaterThan(before);
    expect(signed.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it.each([0, -1, 604_801, 1.5])('signGet for %d seconds is refused', async (expiresInSeconds) => {
    const options = { expiresInSeconds, fileName: 'a', contentType: 'text/plain' };
    await expect(store().signGet(uniqueName('files/a'), options)).rejects.toThrow();
  });
}
