import { chmod, mkdir, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toFileError } from '../../../../shared/adapters/local/file-error.ts';
import { openLocalStores } from '../../../../shared/adapters/local/open-local-stores.ts';
import { verifySignedBlobUrl } from '../../../../shared/adapters/local/signed-blob-url.ts';
import { describeBlobStore } from '../../../contract/blob-store-contract.ts';
import { manualClock, openTempStores, signing, systemClock, testFolder, testStores } from './temp-folder.ts';

describeBlobStore('files', async () => {
  const stores = await openTempStores();
  return { store: stores.buckets.files, close: stores.close };
});

async function openInFolder() {
  const folder = await testFolder();
  const stores = await openLocalStores({ dataFolder: folder, clock: systemClock, signing });
  onTestFinished(() => stores.close());
  const pathOf = (etag: string): string => join(folder, 'blobs', etag.slice(0, 2), etag);
  const blobFiles = async (): Promise<string[]> => {
    const names = await readdir(join(folder, 'blobs'), { recursive: true });
    return names.filter((name) => name.includes('/'));
  };
  const age = (etag: string, seconds: number): Promise<void> => {
    const at = new Date(Date.now() - seconds * 1_000);
    return utimes(pathOf(etag), at, at);
  };
  return { folder, stores, files: stores.buckets.files, raw: stores.buckets.raw, pathOf, blobFiles, age };
}

describe('blob store in files', () => {
  it.each(['../../etc/passwd', '/abs', '..', 'a/../../b', 'nul\u0000byte', 'C:\\x', '.'])(
    'D1 key "%s" never becomes a path',
    async (key) => {
      const { folder, files, blobFiles } = await openInFolder();
      const { etag } = await files.put(key, Buffer.from('bytes'));
      expect(await buffer((await files.get(key))!.body)).toEqual(Buffer.from('bytes'));
      expect(await blobFiles()).toEqual([`${etag.slice(0, 2)}/${etag}`]);
      expect(await readdir(join(folder, 'tmp'))).toEqual([]);
    },
  );

  it('keeps two keys and two buckets of one content in one file that only its owner can read', async () => {
    const { folder, files, raw, pathOf, blobFiles } = await openInFolder();
    const { etag } = await files.put('a', Buffer.from('same'));
    await files.put('b', Buffer.from('same'));
    await raw.put('a', Buffer.from('same'));
    expect(await blobFiles()).toHaveLength(1);
    const modes = [pathOf(etag), join(folder, 'blobs', etag.slice(0, 2)), join(folder, 'blobs'), join(folder, 'tmp')];
    const names = ['lightermail.db', 'lightermail.db-wal', 'lock.db', 'holder.json'].map((name) => join(folder, name));
    const found = await Promise.all([...modes, ...names].map(async (path) => (await stat(path)).mode & 0o777));
    expect(found).toEqual([0o600, 0o700, 0o700, 0o700, 0o600, 0o600, 0o600, 0o600]);
    await files.delete('a');
    expect(await buffer((await raw.get('a'))!.body)).toEqual(Buffer.from('same'));
  });

  it('A15 a file that became shorter fails its reader with ERR_BLOB_TRUNCATED', async () => {
    const { files, pathOf } = await openInFolder();
    const { etag } = await files.put('a', Buffer.alloc(300_000, 1));
    for (const left of [0, 1, 262_144, 299_999]) {
      await truncate(pathOf(etag), left);
      const got = await files.get('a');
      await expect(buffer(got!.body)).rejects.toMatchObject({ code: 'ERR_BLOB_TRUNCATED' });
    }
    await files.put('b', Buffer.alloc(300_000, 1));
    expect((await buffer((await files.get('a'))!.body)).length).toBe(300_000);
  });

  it('an object whose file is missing is a failure, not an absence', async () => {
    const { files, folder } = await openInFolder();
    const { etag } = await files.put('a', Buffer.from('x'));
    await stat(join(folder, 'blobs'));
    const { rm } = await import('node:fs/promises');
    await rm(join(folder, 'blobs', etag.slice(0, 2)), { recursive: true });
    await expect(files.get('a')).rejects.toMatchObject({ code: 'ERR_BLOB_UNAVAILABLE' });
  });

  it('the error of a source comes out as it is, and leaves no temporary file', async () => {
    const { folder, files } = await openInFolder();
    const cause = new Error('the client hung up');
    const broken = async function* () {
      yield Buffer.from('some');
      throw cause;
    };
    await expect(files.put('a', Readable.from(broken()))).rejects.toBe(cause);
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
    expect(await readdir(join(folder, 'blobs'))).toEqual([]);
  });

  it.each([
    ['ENOSPC', 'ERR_DISK_FULL'],
    ['EDQUOT', 'ERR_DISK_FULL'],
    ['EMFILE', 'ERR_BLOB_UNAVAILABLE'],
    ['EROFS', 'ERR_BLOB_UNAVAILABLE'],
    ['EIO', 'ERR_BLOB_UNAVAILABLE'],
  ])('B19 %s is told as %s, without a path', (errno, code) => {
    const error = toFileError(Object.assign(new Error('open /secret/path'), { code: errno }));
    expect(error).toMatchObject({ code, details: { errno } });
    expect(error.message).not.toContain('secret');
  });

  it('a put whose folder is gone fails as unavailable and stores nothing', async () => {
    const { folder, files } = await openInFolder();
    const { rm } = await import('node:fs/promises');
    await rm(join(folder, 'tmp'), { recursive: true });
    await expect(files.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'ERR_BLOB_UNAVAILABLE' });
    expect(await files.head('a')).toBeUndefined();
    await mkdir(join(folder, 'tmp'));
    await chmod(join(folder, 'tmp'), 0o700);
    await files.put('a', Buffer.from('x'));
  });

  it('puts that broke off in an earlier run are cleared away at open', async () => {
    const folder = await testFolder();
    await mkdir(join(folder, 'tmp'));
    await writeFile(join(folder, 'tmp', 'left'), 'half');
    const stores = await openLocalStores({ dataFolder: folder, clock: systemClock, signing });
    onTestFinished(() => stores.close());
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it.each([
    { firstByte: 10, lastByte: 12 },
    { firstByte: -1, lastByte: 2 },
    { firstByte: 3, lastByte: 2 },
    { firstByte: 0.5, lastByte: 2 },
  ])('range $firstByte to $lastByte of 10 bytes is refused', async (range) => {
    const { files } = await openInFolder();
    await files.put('a', Buffer.alloc(10));
    await expect(files.get('a', range)).rejects.toThrow(RangeError);
  });

  it.each([
    ['an empty key', '', {}],
    ['a key of 1,025 bytes', 'k'.repeat(1_025), {}],
    ['metadata outside ASCII', 'k', { name: 'ü' }],
    ['a metadata value with a line break', 'k', { name: 'a\r\nb' }],
  ])('put refuses %s', async (_name, key, metadata) => {
    const { files } = await openInFolder();
    await expect(files.put(key, Buffer.alloc(1), { metadata: metadata as Record<string, string> })).rejects.toThrow(
      RangeError,
    );
  });

  it('metadata names come back in lower case', async () => {
    const { files } = await openInFolder();
    expect((await files.put('a', Buffer.alloc(1), { metadata: { 'Mail-Id': 'X' } })).metadata).toEqual({
      'mail-id': 'X',
    });
  });

  it('signGet signs what verifySignedBlobUrl takes', async () => {
    const { files } = await openInFolder();
    const key = 'files/m1/ü';
    const { url } = await files.signGet(key, { expiresInSeconds: 60, fileName: 'a b.pdf', contentType: 'text/plain' });
    expect(url.startsWith(`http://127.0.0.1:8025/s/files/${Buffer.from(key).toString('base64url')}?`)).toBe(true);
    const expected = { bucket: 'files', key, fileName: 'a b.pdf', contentType: 'text/plain' };
    expect(verifySignedBlobUrl(url, signing.secret, new Date())).toEqual(expected);
  });
});

describe('sweep of the blob store', () => {
  it('collects content that nothing refers to, an hour after it was last put', async () => {
    const { stores, files, blobFiles, pathOf, age } = await openInFolder();
    const gone = await files.put('gone', Buffer.from('gone'));
    const fresh = await files.put('fresh', Buffer.from('fresh'));
    const kept = await files.put('kept', Buffer.from('kept'));
    const shared = await files.put('shared', Buffer.from('shared'));
    await stores.buckets.raw.put('shared', Buffer.from('shared'));
    for (const key of ['gone', 'fresh', 'shared']) await files.delete(key);
    for (const { etag } of [gone, kept, shared]) await age(etag, 3_700);
    await age(fresh.etag, 3_500);
    await stores.sweep();
    await expect(stat(pathOf(gone.etag))).rejects.toThrow('ENOENT');
    expect(await blobFiles()).toHaveLength(3);
    expect(await readFile(pathOf(kept.etag), 'utf8')).toBe('kept');
  });

  it('content that is put again while the sweep runs is kept', async () => {
    const { stores, files, age } = await openInFolder();
    for (let round = 0; round < 20; round += 1) {
      const { etag } = await files.put('old', Buffer.from(`content ${round}`));
      await files.delete('old');
      await age(etag, 7_200);
      await Promise.all([stores.sweep(), files.put('new', Buffer.from(`content ${round}`))]);
      expect((await buffer((await files.get('new'))!.body)).toString()).toBe(`content ${round}`);
    }
  });

  it('an object is gone when it has expired, and its content with it', async () => {
    const clock = manualClock();
    const { buckets, sweep } = await testStores(clock);
    await buckets.files.put('a', Buffer.from('x'), { expiresAt: new Date(clock.now().getTime() + 60_000) });
    clock.advance(59);
    expect(await buckets.files.head('a')).toBeDefined();
    clock.advance(1);
    expect(await buckets.files.head('a')).toBeUndefined();
    expect(await buckets.files.get('a')).toBeUndefined();
    await sweep();
    clock.advance(-60);
    expect(await buckets.files.head('a')).toBeUndefined();
  });
});
