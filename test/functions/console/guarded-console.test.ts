import { handle } from 'hono/aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsConsoleParts } from '../../../functions/console/aws-parts.ts';
import { guardedConsole } from '../../../functions/console/guarded-console.ts';
import { consoleApp } from '../../../functions/console/handler.ts';
import { sessionSeconds } from '../../../functions/console/session.ts';
import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { openPipeline, type Pipeline } from '../../support/pipeline.ts';

const token = 'a-token-that-no-one-guesses-0123456789abcdefghijklmnopq';
const host = 'console.example.com';
const clock = createManualClock();

let pipeline: Pipeline;
let current: string | Error = token;
const lines: string[] = [];

beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.arrive('Subject: parked\r\n\r\nno recipients\r\n');
  await pipeline.drain();
  await pipeline.stores.queues.links.reject('{}', 'ERR_BAD_JOB');
});
afterAll(() => pipeline.close());

function app() {
  const count = (queue: 'links') => async () => ({
    ...{ messageCount: await pipeline.stores.deadLetters.count(queue), visibleCount: 0, inFlightCount: 0 },
  });
  const parts = awsConsoleParts(pipeline.platform, { links: { depth: count('links') } });
  const note = (message: string) => void lines.push(message);
  return guardedConsole(consoleApp(parts), {
    token: async () => {
      if (current instanceof Error) throw current;
      return current;
    },
    ...{ host, clock, log: { debug: note, info: note, warn: note, error: note } },
  });
}

const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  app().request(`https://${host}${path}`, { ...init, headers: { host, ...headers } });
const bearer = { authorization: `Bearer ${token}` };
// biome-ignore lint/suspicious/noExplicitAny: the shape is what each test asserts
const json = async (path: string): Promise<any> => (await ask(path, bearer)).json();
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const signIn = (given: string, headers: Record<string, string> = {}) =>
  ask('/sign-in', { ...form, ...headers }, { method: 'POST', body: new URLSearchParams({ token: given }).toString() });
const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

describe('the console on the web', () => {
  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['a token that begins right', { authorization: `Bearer ${token.slice(0, -1)}` }],
    ['an empty session', { cookie: '__Host-lightermail=' }],
    ['a session of its own making', { cookie: `__Host-lightermail=9999999999.${'A'.repeat(43)}` }],
  ])('gives nothing but its sign-in page to %s', async (_name, headers) => {
    for (const path of ['/', '/assets/app.js', '/anything']) {
      const response = await ask(path, headers);
      expect([path, response.status]).toEqual([path, 401]);
      expect(await response.text()).toContain('name="token"');
    }
    for (const path of ['/api/inbound', '/api/about', '/api/suppression']) {
      const response = await ask(path, headers);
      expect([path, response.status]).toEqual([path, 401]);
      expect(await response.json()).toEqual({ error: expect.anything() });
    }
    const change = await ask('/api/links/revoke', headers, { method: 'POST', body: '{}' });
    expect(change.status).toBe(401);
  });

  it('takes the token with each request: mails, queues and what it can do here', async () => {
    const about = await json('/api/about');
    const [mail] = await json('/api/inbound');
    const queues = await json('/api/queues');

    expect(about).toMatchObject({
      ...{ hasMailbox: false, hasLinkDesk: true, canReplay: false },
      ...{ canRedrive: false, hasAlarms: false, hasChanges: false },
    });
    expect(mail).toMatchObject({ state: 'parked', code: 'ERR_NO_RECIPIENTS' });
    expect(queues.map(({ name, deadLetterCount }: Record<string, unknown>) => [name, deadLetterCount])).toEqual([
      ...[
        ['inbound', 0],
        ['outbound', 0],
        ['engagement', 0],
        ['links', 1],
      ],
    ]);
    expect((await ask('/api/changes', bearer)).status).toBe(404);
    expect((await ask('/api/queues/links/redrive', bearer, { method: 'POST' })).status).toBe(404);
  });

  it('opens a session for the right token: for its host alone, over TLS, unseen by scripts, not for other sites', async () => {
    const response = await signIn(token);
    const cookie = response.headers.get('set-cookie') ?? '';

    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
    expect(cookie).toMatch(/^__Host-lightermail=/);
    for (const attribute of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict']) expect(cookie).toContain(attribute);
    expect(cookie).not.toContain(token);
    expect((await ask('/api/about', { cookie: cookieOf(response) })).status).toBe(200);
    expect((await ask('/', { cookie: cookieOf(response) })).status).toBe(200);
  });

  it('has browsers say where its form was sent from: under no-referrer they would not', async () => {
    expect((await ask('/')).headers.get('referrer-policy')).toBe('same-origin');
    expect((await signIn(token, { origin: `https://${host}` })).status).toBe(303);
    expect((await signIn(token, { origin: 'null' })).status).toBe(403);
  });

  it('opens none for another token, nor for a form of another site, and says neither token in a log', async () => {
    expect((await signIn('wrong-token-here')).status).toBe(403);
    expect((await signIn(token, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await signIn(token, { 'sec-fetch-site': 'cross-site' })).headers.get('set-cookie')).toBeNull();
    expect(lines.join('\n')).not.toMatch(/wrong-token-here|a-token-that/);
  });

  it('ends a session after its time, and all of them with a new token', async () => {
    const cookie = cookieOf(await signIn(token));
    clock.advance(sessionSeconds - 1);
    expect((await ask('/api/about', { cookie })).status).toBe(200);
    current = `${token}-new`;
    expect((await ask('/api/about', { cookie })).status).toBe(401);
    current = token;
    clock.advance(2);
    expect((await ask('/api/about', { cookie })).status).toBe(401);
  });

  it('E9 answers for its own host alone', async () => {
    for (const other of ['evil.example', `${host}.evil.example`, `${host}:8443`]) {
      expect((await ask('/api/about', { ...bearer, host: other })).status).toBe(421);
    }
  });

  it('refuses changes from another site, whoever is signed in', async () => {
    const cookie = cookieOf(await signIn(token));
    const init = { method: 'POST', body: JSON.stringify({ address: 'ann@example.com' }) };
    const own = await ask('/api/suppression', { cookie, origin: `https://${host}` }, init);
    const foreign = await ask('/api/suppression', { cookie, origin: 'https://evil.example' }, init);

    expect([own.status, foreign.status]).toEqual([200, 403]);
  });

  it('lets nobody in while the token cannot be read', async () => {
    current = new TransientMailError('ERR_STORE_UNAVAILABLE', 'no answer');
    try {
      expect((await ask('/api/about', bearer)).status).toBe(503);
      expect((await signIn(token)).status).toBe(503);
    } finally {
      current = token;
    }
  });

  it('works behind an HTTP API: its events, its cookies', async () => {
    const lambda = handle(app());
    const event = (path: string, method: string, more: object = {}) => ({
      ...{ version: '2.0', routeKey: 'ANY /{proxy+}', rawPath: path, rawQueryString: '', headers: { host, ...form } },
      requestContext: { domainName: host, http: { method, path, sourceIp: '192.0.2.1', userAgent: 'test' } },
      ...{ isBase64Encoded: false, ...more },
    });
    const call = async (...args: Parameters<typeof event>) =>
      // The parts of the event that are read; the types name many more.
      (await lambda(event(...args) as never, {} as never)) as { statusCode: number; cookies?: string[]; body: string };

    const body = Buffer.from(`token=${token}`).toString('base64');
    const opened = await call('/sign-in', 'POST', { body, isBase64Encoded: true });
    const cookies = (opened.cookies ?? []).map((cookie) => cookie.split(';')[0]);

    expect([opened.statusCode, cookies.length]).toEqual([303, 1]);
    expect((await call('/api/inbound', 'GET', { cookies })).statusCode).toBe(200);
    expect((await call('/api/inbound', 'GET')).statusCode).toBe(401);
  });
});
