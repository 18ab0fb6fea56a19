import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkGateway } from '../../../functions/link-gateway/handler.ts';
import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import { type Desk, openDesk } from '../../support/local-desk.ts';
import { giveLink, tokenOf } from '../../support/sample-link.ts';

const bytes = randomBytes(300_000);
const token = tokenOf(1);
let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
  await giveLink(desk, token, bytes);
});
afterAll(() => desk.close());

const ask = (path: string, init?: RequestInit) => linkGateway(desk.gatewayPlatform()).request(path, init);

/** E8: what every answer must carry, whatever it is. */
function expectGuarded(response: Response) {
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  expect(response.headers.get('x-robots-tag')).toBe('noindex');
  expect(response.headers.get('set-cookie')).toBeNull();
}

describe('linkGateway, a file that is open', () => {
  it('gives the very bytes as an attachment, with its length', async () => {
    const response = await ask(`/f/${token}`);

    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(response.headers.get('content-length')).toBe('300000');
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-disposition')).toContain('attachment; filename="plan.pdf"');
    expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expectGuarded(response);
  });

  it('D6 D7 gives a name beyond ASCII, and one that would end the header field, in a legal field', async () => {
    await giveLink(desk, tokenOf(2), bytes, { fileName: 'Übersicht "2026"; a\r\nX-Evil: 1.pdf' });

    const response = await ask(`/f/${tokenOf(2)}`);

    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="[ -~]*"; filename\*=UTF-8''%C3%9Cbersicht/,
    );
    expect(response.headers.get('x-evil')).toBeNull();
  });

  it('gives an empty file whole', async () => {
    await giveLink(desk, tokenOf(3), new Uint8Array(0));

    const response = await ask(`/f/${tokenOf(3)}`);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('0');
    expect((await response.arrayBuffer()).byteLength).toBe(0);
  });

  it('E11 answers HEAD with the headers of GET and no body', async () => {
    const response = await ask(`/f/${token}`, { method: 'HEAD' });

    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('300000');
    expect(await response.text()).toBe('');
    expectGuarded(response);
  });

  it('E11 gives the parts that a download is resumed with', async () => {
    const first = await ask(`/f/${token}`, { headers: { range: 'bytes=0-99999' } });
    const rest = await ask(`/f/${token}`, {
      headers: { range: 'bytes=100000-', 'if-range': first.headers.get('etag') ?? '' },
    });

    expect([first.status, rest.status]).toEqual([206, 206]);
    expect(first.headers.get('content-range')).toBe('bytes 0-99999/300000');
    expect(first.headers.get('content-length')).toBe('100000');
    const whole = Buffer.concat([Buffer.from(await first.arrayBuffer()), Buffer.from(await rest.arrayBuffer())]);
    expect(whole.equals(bytes)).toBe(true);
    expectGuarded(rest);
  });

  it('E11 gives the whole when the part is of another file than the one begun', async () => {
    const response = await ask(`/f/${token}`, { headers: { range: 'bytes=5-', 'if-range': '"other"' } });

    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  it('E11 refuses a part that does not exist with 416 and the size', async () => {
    const response = await ask(`/f/${token}`, { headers: { range: 'bytes=300000-' } });

    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */300000');
    expectGuarded(response);
  });

  it('E11 answers 304 to whoever has the file already', async () => {
    const etag = (await ask(`/f/${token}`, { method: 'HEAD' })).headers.get('etag') ?? '';

    const response = await ask(`/f/${token}`, { headers: { 'if-none-match': etag, range: 'bytes=0-1' } });

    expect(response.status).toBe(304);
    expect(response.headers.get('etag')).toBe(etag);
    expectGuarded(response);
  });
});

describe('linkGateway, a link that gives no file', () => {
  it('D12 shows the "expired" page with 410 from the moment of expiry, the file name as text', async () => {
    const link = await giveLink(desk, tokenOf(4), bytes, { fileName: '<script>alert(1)</script>.pdf' });
    const before = desk.clock.now();
    desk.clock.set(link.linkExpiresAt);

    const response = await ask(`/f/${tokenOf(4)}`);
    const html = await response.text();
    desk.clock.set(before);

    expect(response.status).toBe(410);
    expect(html).toContain('This link has expired');
    expect(html).toContain('3 March 2026');
    expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;.pdf');
    expect(html).not.toContain('<script>alert');
    expectGuarded(response);
  });

  it('D12 shows the "no longer kept" page with 410 when the bytes are gone before the link ends', async () => {
    const link = await giveLink(desk, tokenOf(5), bytes);
    await desk.stores.buckets.files.delete(link.blobKey);

    const [response, head] = [await ask(`/f/${tokenOf(5)}`), await ask(`/f/${tokenOf(5)}`, { method: 'HEAD' })];

    expect([response.status, head.status]).toEqual([410, 410]);
    expect(await response.text()).toContain('no longer kept');
  });

  it('shows the "withdrawn" page with 410 and without the name for a revoked link', async () => {
    await giveLink(desk, tokenOf(6), bytes, { state: 'revoked', fileName: 'secret.pdf' });

    const response = await ask(`/f/${tokenOf(6)}`);
    const html = await response.text();

    expect(response.status).toBe(410);
    expect(html).toContain('withdrawn');
    expect(html).not.toContain('secret.pdf');
  });

  it('E3 shows one and the same 404 page for every wrong token and every other path', async () => {
    const paths = [
      tokenOf(99),
      'x',
      `${token}x`,
      `${token}/`,
      `${token}/more`,
      '%2e%2e',
      '',
      '%00',
      'a'.repeat(5000),
      '%',
      '%E0%A4%A',
    ];
    const answers = await Promise.all(paths.map((path) => ask(`/f/${path}`)));
    const pages = await Promise.all(answers.map((answer) => answer.text()));
    const headers = answers.map((answer) => JSON.stringify([...answer.headers]));

    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 404));
    expect(new Set(pages).size).toBe(1);
    expect(new Set(headers).size).toBe(1);
    for (const answer of answers) expectGuarded(answer);
  });

  it('lets a page run nothing: its style by hash, no script, nothing from elsewhere', async () => {
    const response = await ask('/f/unknown');
    const html = await response.text();

    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; /);
    expect(html).not.toMatch(/<script|https?:\/\/|url\(| on\w+=/i);
  });

  it('shows a 503 page with Retry-After when the store does not answer, never "unknown"', async () => {
    const failing = desk.gatewayPlatform();
    const store = {
      ...failing.store,
      read: () => Promise.reject(new TransientMailError('ERR_STORE_UNAVAILABLE', 'no answer')),
    };

    const response = await linkGateway({ ...failing, store }).request(`/f/${token}`);

    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(await response.text()).toContain('link stays valid');
    expect(desk.log.lines.join()).not.toContain(token);
    expectGuarded(response);
  });

  it('shows a 503 page when the bytes cannot be reached (E12)', async () => {
    const failing = desk.gatewayPlatform();
    const files = {
      ...failing.files,
      head: () => Promise.reject(new TransientMailError('ERR_BLOB_UNAVAILABLE', 'no answer')),
    };

    expect((await linkGateway({ ...failing, files }).request(`/f/${token}`)).status).toBe(503);
  });
});

describe('linkGateway, handing over to the store', () => {
  const redirecting = (path: string, init?: RequestInit) =>
    linkGateway(desk.gatewayPlatform('redirect')).request(path, init);

  it('E9 redirects to the URL that the store signed and to nothing that the visitor names', async () => {
    const response = await redirecting(`/f/${token}?url=https://evil.example/&next=//evil.example`, {
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
    });

    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/^http:\/\/localhost\/s\/files\//);
    expectGuarded(response);
  });

  it('signs for 60 s, as an attachment of a harmless type', async () => {
    await giveLink(desk, tokenOf(7), bytes, { contentType: 'text/html', fileName: 'a.html' });

    const location = new URL((await redirecting(`/f/${tokenOf(7)}`)).headers.get('location') ?? '');

    const leftSeconds = Number(location.searchParams.get('expires')) - desk.clock.now().getTime() / 1000;
    expect(leftSeconds).toBe(60);
    expect(location.searchParams.get('type')).toBe('application/octet-stream');
  });

  it('answers HEAD itself, since the signature is for GET', async () => {
    const response = await redirecting(`/f/${token}`, { method: 'HEAD' });

    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('300000');
  });

  it('D12 shows the 410 page instead of sending anyone to an error of the store', async () => {
    const link = await giveLink(desk, tokenOf(8), bytes);
    await desk.stores.buckets.files.delete(link.blobKey);

    expect((await redirecting(`/f/${tokenOf(8)}`)).status).toBe(410);
  });
});
