import { once } from 'node:events';
import { get } from 'node:http';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkGateway } from '../../../functions/link-gateway/handler.ts';
import type { BlobStore } from '../../../shared/ports/blob-store.ts';
import { type Desk, openDesk } from '../../support/local-desk.ts';
import { giveLink, tokenOf } from '../../support/sample-link.ts';
import { serve } from '../../support/serve.ts';

const token = tokenOf(1);
let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
  await giveLink(desk, token, new Uint8Array(30_000_000));
});
afterAll(() => desk.close());

/** The files bucket, and every body that it opened. */
function watched(files: BlobStore) {
  const bodies: Readable[] = [];
  const get: BlobStore['get'] = async (key, range) => {
    const content = await files.get(key, range);
    if (content !== undefined) bodies.push(content.body);
    return content;
  };
  return { bodies, files: { ...files, get } };
}

describe('linkGateway, a visitor who goes away', () => {
  it('E11 closes the file when the download is broken off', async () => {
    const platform = desk.gatewayPlatform();
    const { bodies, files } = watched(platform.files);
    const server = await serve(linkGateway({ ...platform, files }));
    const request = get(`${server.url}/f/${token}`);
    const [response] = await once(request, 'response');
    await once(response, 'data');
    const body = bodies[0];

    // Breaking off destroys the body with an error, which `once` would throw.
    const closed = new Promise((resolve) => body?.once('close', resolve));
    request.destroy();
    await closed;
    await server.close();

    expect(bodies.length).toBe(1);
    expect(body?.destroyed).toBe(true);
  });

  it('E11 opens no file at all for HEAD, 304 and 416', async () => {
    const platform = desk.gatewayPlatform();
    const { bodies, files } = watched(platform.files);
    const app = linkGateway({ ...platform, files });
    const head = await app.request(`/f/${token}`, { method: 'HEAD' });
    await app.request(`/f/${token}`, { headers: { 'if-none-match': head.headers.get('etag') ?? '' } });
    await app.request(`/f/${token}`, { headers: { range: 'bytes=99999999-' } });

    expect(bodies).toEqual([]);
  });
});
