import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkGateway } from '../../../functions/link-gateway/handler.ts';
import type { LinkRecord } from '../../../shared/contracts/records.ts';
import { createLinkVisits } from '../../../shared/records/link-visits.ts';
import { handClock, openDesk } from '../../support/local-desk.ts';
import { giveLink, tokenOf } from '../../support/sample-link.ts';

const bytes = randomBytes(200_000);
const clock = handClock();
const desk = await openDesk(clock);
const visits = createLinkVisits(desk.gatewayPlatform());
const app = linkGateway(desk.gatewayPlatform());
const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
let number = 3000;

async function give(changes: Partial<LinkRecord> = {}) {
  number += 1;
  const token = tokenOf(number);
  const link = await giveLink(desk, token, bytes, { confirmDownload: 'page', ...changes });
  return { token, link };
}
const ask = async (path: string, init: RequestInit = {}) =>
  app.request(path, { ...init, headers: { 'user-agent': browser, ...init.headers } });
const press = (token: string, mark?: string, headers: Record<string, string> = {}) =>
  ask(`/f/${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    ...(mark === undefined ? {} : { body: `press=${mark}` }),
  });
const downloadOf = (response: Response) => `/f/${response.headers.get('location')}`;
const countOf = async ({ tokenHash }: LinkRecord) => (await desk.links.read(tokenHash))?.downloadCount ?? 0;

beforeAll(() => desk.stores.sweep());
afterAll(() => desk.close());

describe('the page of a file', () => {
  it('tells name, type, size, sender, end and checksum, and gives no byte of the file', async () => {
    const { token, link } = await give({ senderName: 'Ben <b>Bold</b>', fileName: 'plan <1>.pdf' });

    const response = await ask(`/f/${token}`);
    const html = await response.text();

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const text of [
      'plan &#60;1&#62;.pdf',
      'PDF document',
      '200 kB',
      'Ben &#60;b&#62;Bold&#60;/b&#62;',
      link.sha256,
    ])
      expect(html).toContain(text);
    expect(html).toContain('<time datetime="2026-03-03T09:00:00.000Z">3 March 2026 at 09:00 UTC</time>');
    expect(html).toMatch(/<form method="post" action="[A-Za-z0-9_-]{32}">/);
  });

  it('E6 counts nothing for GET, HEAD and what loads ahead, and lists scanners apart', async () => {
    const { token, link } = await give({ maxDownloads: 1, downloadsLeft: 1 });
    const agents = ['BarracudaCentral/1.0', 'Mozilla/5.0 (Windows NT 10.0) SafeLinks', 'Slackbot-LinkExpanding 1.0'];

    for (const agent of agents) {
      await ask(`/f/${token}`, { headers: { 'user-agent': agent } });
      await ask(`/f/${token}`, { method: 'HEAD', headers: { 'user-agent': agent } });
      expect((await press(token, undefined, { 'user-agent': agent })).status).toBe(200);
    }
    await ask(`/f/${token}`, { headers: { 'sec-purpose': 'prefetch;prerender' } });
    expect((await press(token, undefined, { purpose: 'prefetch' })).status).toBe(200);
    await ask(`/f/${token}`);

    expect(await countOf(link)).toBe(0);
    const kept = await visits.ofLink(link.tokenHash);
    expect(kept.map(({ step, visitor }) => `${step} ${visitor}`).sort()).toEqual([
      'page person',
      ...['page prefetch', 'page prefetch'],
      ...Array(6).fill('page scanner'),
    ]);
  });

  it('keeps no address of a visitor', async () => {
    const { token, link } = await give();
    await ask(`/f/${token}`, { headers: { 'x-forwarded-for': '203.0.113.9' } });

    expect(Object.keys((await visits.ofLink(link.tokenHash))[0] ?? {}).sort()).toEqual(['at', 'step', 'visitor']);
  });
});

describe('the button', () => {
  it('leads to the very bytes, counted once, also when they are fetched in parts and again', async () => {
    const { token, link } = await give();

    const pressed = await press(token);
    const path = downloadOf(pressed);
    const whole = await ask(path);
    const parts = [];
    for (const range of ['bytes=0-99999', 'bytes=100000-']) {
      const part = await ask(path, { headers: { range } });
      expect(part.status).toBe(206);
      parts.push(Buffer.from(await part.arrayBuffer()));
    }

    expect(pressed.status).toBe(303);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    expect(whole.headers.get('content-disposition')).toMatch(/^attachment; /);
    expect(whole.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(await countOf(link)).toBe(1);
  });

  it('pressed twice on one page is one download, on two pages two', async () => {
    const { token, link } = await give();
    const markOf = async () => /name="press" value="([^"]+)"/.exec(await (await ask(`/f/${token}`)).text())?.[1];
    const [one, other] = [await markOf(), await markOf()];

    const first = await press(token, one);
    const again = await press(token, one);
    await press(token, other);

    expect(downloadOf(again)).toBe(downloadOf(first));
    expect(await countOf(link)).toBe(2);
  });

  it('E4 gives exactly 3 downloads to 100 who press at once when 3 are allowed, each of which resumes', async () => {
    const { token, link } = await give({ maxDownloads: 3, downloadsLeft: 3 });

    const answers = await Promise.all(Array.from({ length: 100 }, () => press(token)));

    const given = answers.filter(({ status }) => status === 303);
    expect(given).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(97);
    expect(await countOf(link)).toBe(3);
    for (const answer of given) expect((await ask(downloadOf(answer))).status).toBe(200);
    expect(await (await ask(`/f/${token}`)).text()).toContain('All downloads are used up');
  });

  it('the last download, pressed twice, is not refused', async () => {
    const { token } = await give({ maxDownloads: 1, downloadsLeft: 1 });
    const mark = 'm'.repeat(24);

    expect((await press(token, mark)).status).toBe(303);
    expect((await press(token, mark)).status).toBe(303);
    expect((await press(token, 'n'.repeat(24))).status).toBe(410);
  });

  it('gives for 15 minutes, and never beyond the end of the link', async () => {
    const start = clock.now();
    const { token } = await give();
    const soon = await give({ linkExpiresAt: new Date(start.getTime() + 60_000).toISOString() });
    const [path, soonPath] = [downloadOf(await press(token)), downloadOf(await press(soon.token))];

    clock.pass(59_999);
    expect((await ask(soonPath)).status).toBe(200);
    clock.pass(1);
    expect((await ask(soonPath)).status).toBe(410);
    clock.set(new Date(start.getTime() + 15 * 60_000 - 1));
    expect((await ask(path)).status).toBe(200);
    clock.pass(1);
    const ended = await ask(path);
    expect(ended.status).toBe(410);
    expect(await ended.text()).toContain('action="../../');
    clock.set(start);
  });

  it('E5 a download that was begun ends with the link that is withdrawn', async () => {
    const { token, link } = await give();
    const path = downloadOf(await press(token));

    await desk.links.change(link.tokenHash, { step: 'revoked', by: 'test' }, () => ({ state: 'revoked' }));

    expect((await ask(path)).status).toBe(410);
    expect((await press(token)).status).toBe(410);
  });

  it('the permission of one link gives nothing at another', async () => {
    const [one, other] = [await give(), await give()];
    const grant = downloadOf(await press(one.token)).split('/d/')[1];

    expect((await ask(`/f/${other.token}/d/${grant}`)).status).toBe(410);
    expect((await ask(`/f/${tokenOf(9)}/d/${grant}`)).status).toBe(404);
  });

  it('E13 leaves other links to the same bytes open when one is withdrawn', async () => {
    const one = await give();
    const other = await give({ blobKey: one.link.blobKey });
    await desk.links.change(one.link.tokenHash, { step: 'revoked', by: 'test' }, () => ({ state: 'revoked' }));

    expect((await ask(`/f/${one.token}`)).status).toBe(410);
    expect((await ask(`/f/${other.token}`)).status).toBe(200);
  });
});

describe('a new link that is asked for', () => {
  it('is told to the operators once a day, without anything that a stranger wrote', async () => {
    const linkExpiresAt = new Date(clock.now().getTime() - 1).toISOString();
    const { token, link } = await give({ linkExpiresAt, fileName: 'click http://evil.example.pdf' });
    const before = (await desk.stores.readNotices('fallback', 100)).length;

    expect(await (await ask(`/f/${token}`)).text()).toContain(`action="${token}/ask"`);
    const answers = [
      await ask(`/f/${token}/ask`, { method: 'POST' }),
      await ask(`/f/${token}/ask`, { method: 'POST' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const notices = await desk.stores.readNotices('fallback', 100);
    expect(notices).toHaveLength(before + 1);
    expect(JSON.parse(notices[0]?.message ?? '')).toMatchObject({ type: 'link.asked', linkId: link.tokenHash });
    expect(notices[0]?.message).not.toMatch(/evil|plan/);
    expect(notices[0]?.message).not.toContain(token);
  });
});

describe('the rate limits', () => {
  const strict = { perToken: { burst: 5, perSecond: 1 }, perClient: { burst: 1000, perSecond: 1 } };

  it('E3 answer 429 with Retry-After to a token that is asked too often, whether it exists or not', async () => {
    const { token } = await give();
    const limited = linkGateway(desk.gatewayPlatform(), strict);
    for (const one of [token, tokenOf(1)]) {
      const statuses = [];
      for (let count = 0; count < 6; count += 1) statuses.push((await limited.request(`/f/${one}`)).status);
      expect(statuses.at(-1)).toBe(429);
    }
    const refused = await limited.request(`/f/${token}`);

    expect(refused.headers.get('retry-after')).toBe('1');
    clock.pass(1000);
    expect((await limited.request(`/f/${token}`)).status).toBe(200);
  });

  it('E3 count a client over all tokens', async () => {
    const limited = linkGateway(desk.gatewayPlatform(), { perToken: strict.perClient, perClient: strict.perToken });
    const env = { incoming: { socket: { remoteAddress: '192.0.2.1' } } };
    const statuses = [];
    for (let count = 0; count < 6; count += 1)
      statuses.push((await limited.request(`/f/${tokenOf(count)}`, {}, env)).status);

    expect(statuses).toEqual([404, 404, 404, 404, 404, 429]);
  });
});

describe('a preview', () => {
  const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), randomBytes(100)]);

  it('shows a picture by its own first bytes, as an attachment in a sandbox', async () => {
    const { token, link } = await give({ contentType: 'image/jpeg', sizeBytes: png.length });
    await desk.stores.buckets.files.put(link.blobKey, png);

    expect(await (await ask(`/f/${token}`)).text()).toContain(`src="${token}/preview"`);
    const { headers } = await ask(`/f/${token}/preview`);
    expect(headers.get('content-type')).toBe('image/png');
    expect(headers.get('content-disposition')).toMatch(/^attachment; /);
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
  });

  it.each([
    ['SVG', 'image/svg+xml', {}],
    ['HTML that says it is a picture', 'image/png', {}],
    ['a link with a limit', 'image/png', { downloadsLeft: 1 }],
  ] as const)('E7 shows none of %s', async (_name, contentType, changes) => {
    const { token, link } = await give({ contentType, sizeBytes: 300, ...changes });
    const content = 'downloadsLeft' in changes ? png : Buffer.from(`<svg onload=alert(1)>${' '.repeat(300)}`);
    await desk.stores.buckets.files.put(link.blobKey, content);

    expect(await (await ask(`/f/${token}`)).text()).not.toContain('<img');
    expect((await ask(`/f/${token}/preview`)).status).toBe(404);
  });
});
