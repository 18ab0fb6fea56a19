import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeVerdict } from '../../../shared/links/take-verdict.ts';
import { linkRecordsOf } from '../../../shared/records/link-records.ts';
import { type Desk, openDesk } from '../../support/local-desk.ts';
import { giveLink, tokenOf } from '../../support/sample-link.ts';

const mailId = 'm'.repeat(40);
const blobKey = `files/${mailId}/1.2`;
const bytes = Buffer.from('what a pump writes');
const sha256 = createHash('sha256').update(bytes).digest('hex');

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

function parts() {
  const platform = desk.gatewayPlatform();
  return { ...linkRecordsOf(platform), files: platform.files, log: platform.log };
}

const verdictOf = async (hash = sha256) => (await parts().verdicts.read(hash))?.verdict;

describe('takeVerdict', () => {
  it('keeps a verdict that comes before the mail has links: the bytes tell their hash', async () => {
    const { etag } = await desk.stores.buckets.files.put(blobKey, bytes);

    const end = await takeVerdict(parts(), { bucket: 'files', blobKey, etag: `"${etag}"`, status: 'NO_THREATS_FOUND' });

    expect([end, await verdictOf()]).toEqual(['done', 'clean']);
  });

  it('binds a verdict to the bytes of the links that lead to the object, also when it is gone by then', async () => {
    await giveLink(desk, tokenOf(1), bytes, { blobKey });
    await desk.stores.buckets.files.delete(blobKey);

    await takeVerdict(parts(), { bucket: 'files', blobKey, etag: 'any', status: 'THREATS_FOUND' });

    expect(await verdictOf()).toBe('infected');
  });

  it('says nothing of bytes that have taken the place of the scanned ones', async () => {
    const { etag } = await desk.stores.buckets.files.put(blobKey, Readable.from(['the old report']));
    await desk.stores.buckets.files.put(blobKey, bytes);

    const end = await takeVerdict(parts(), { bucket: 'files', blobKey, etag, status: 'NO_THREATS_FOUND' });

    expect([end, await verdictOf()]).toEqual(['skippedDuplicate', undefined]);
  });

  it.each([
    ['UNSUPPORTED', 'unscannable'],
    ['ACCESS_DENIED', 'unscannable'],
    ['FAILED', 'unscannable'],
    ['THREATS_FOUND', 'infected'],
    ['NO_THREATS_FOUND', 'clean'],
    ['SOMETHING_NEW', undefined],
    ['constructor', undefined],
  ])('%s: %s', async (status, verdict) => {
    await desk.stores.buckets.files.put(blobKey, bytes);

    await takeVerdict(parts(), { bucket: 'files', blobKey, status });

    expect(await verdictOf()).toBe(verdict);
  });

  it.each([
    ['another bucket', { bucket: 'raw' }],
    ['an archive', { blobKey: `files/${mailId}/zip.abc` }],
    ['a key that is no file of a mail', { blobKey: 'files/../mime/x' }],
    ['an object that is gone and has no link', { blobKey: `files/${mailId}/9` }],
  ])('is not moved by %s', async (_what, changes) => {
    await desk.stores.buckets.files.put(blobKey, bytes);
    await desk.stores.buckets.files.put(`files/${mailId}/zip.abc`, bytes);

    const end = await takeVerdict(parts(), { bucket: 'files', blobKey, status: 'THREATS_FOUND', ...changes });

    expect([end, await verdictOf()]).toEqual(['skippedDuplicate', undefined]);
  });
});
