import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedBlobs } from '../../../functions/link-gateway/signed-blobs.ts';
import { type Desk, openDesk, signingSecret } from '../../support/local-desk.ts';

let desk: Desk;
let url: string;
const html = '<script>alert(1)</script>';

beforeAll(async () => {
  desk = await openDesk();
  const { files } = desk.stores.buckets;
  await files.put('files/m/2', Buffer.from(html));
  url = (await files.signGet('files/m/2', { expiresInSeconds: 60, fileName: 'a.html', contentType: 'text/html' })).url;
});
afterAll(() => desk.close());

const ask = (asked: string, init?: RequestInit) =>
  signedBlobs({
    buckets: [desk.stores.buckets.files],
    secret: signingSecret,
    clock: desk.clock,
    log: desk.log,
  }).request(asked, init);

describe('signedBlobs', () => {
  it('E7 gives the bytes of a signed URL with the headers of the gateway', async () => {
    const response = await ask(url);

    expect(response.status).toBe(200);
    expect(await response.text()).toBe(html);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="a.html"/);
    expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  });

  it('E11 gives a part of it', async () => {
    const response = await ask(url, { headers: { range: 'bytes=0-2' } });

    expect(response.status).toBe(206);
    expect(await response.text()).toBe('<sc');
  });

  it('refuses with a 403 page: expired, changed, unsigned, or another method', async () => {
    const before = desk.clock.now();
    const changed = await ask(url.replace('a.html', 'b.html'));
    const unsigned = await ask(url.replace(/\?.*/, ''));
    const posted = await ask(url, { method: 'POST' });
    desk.clock.pass(60_000);
    const expired = await ask(url);
    desk.clock.set(before);

    expect([changed, unsigned, posted, expired].map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(await expired.text()).toContain('no longer works');
  });

  it('shows a 410 page when the bytes are gone', async () => {
    const { files } = desk.stores.buckets;
    const signed = await files.signGet('files/none', {
      expiresInSeconds: 60,
      fileName: 'a',
      contentType: 'text/plain',
    });

    expect((await ask(signed.url)).status).toBe(410);
  });
});
