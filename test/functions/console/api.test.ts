import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleApp } from '../../../functions/console/handler.ts';
import { TransientMailError } from '../../../shared/errors/mail-error.ts';
import { type Desk, openDesk } from '../../support/local-desk.ts';
import { fillDesk } from '../../support/sample-mails.ts';

let desk: Desk;
let bestMailId: string;

beforeAll(async () => {
  desk = await openDesk();
  bestMailId = (await fillDesk(desk)).bestMailId;
});
afterAll(() => desk.close());

const ask = (path: string, init?: RequestInit) => consoleApp(desk.consoleParts).request(path, init);
// biome-ignore lint/suspicious/noExplicitAny: the shape is what each test asserts
const json = async (path: string): Promise<any> => (await ask(path)).json();

describe('GET /api/inbound', () => {
  it('lists the newest mail first, with its state', async () => {
    const list = await json('/api/inbound');

    expect(list.map((mail: { state: string }) => mail.state)).toEqual([
      ...['received', 'accepted', 'relayed', 'relayed', 'parked', 'stuck', 'quarantined', 'ignored'],
    ]);
    expect(list[4]).toMatchObject({ code: 'ERR_NO_RECIPIENTS', from: 'scanner-2@example.com', partCount: 1 });
  });

  it('gives only as many, and only of the state, as it is asked for', async () => {
    expect(await json('/api/inbound?limit=1')).toHaveLength(1);
    expect(await json('/api/inbound?state=relayed')).toHaveLength(2);
  });

  it('names in its Link field where older mails are, to the last of them', async () => {
    const all = await json('/api/inbound');
    const found: unknown[] = [];
    for (let path: string | undefined = '/api/inbound?limit=3'; path !== undefined; ) {
      const response = await ask(path);
      found.push(...((await response.json()) as unknown[]));
      path = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    }

    expect(found).toEqual(all);
  });

  it('looks at no more days than the queries that one answer may cost, and says where it ended', async () => {
    const app = consoleApp({ ...desk.consoleParts, mostQueries: 16 });
    const response = await app.request('/api/inbound?state=relayed');

    expect(await response.json()).toHaveLength(2);
    expect(response.headers.get('link')).toMatch(
      /^<\/api\/inbound\?limit=50&state=relayed&before=\d{4}-\d\d-\d\dT00%3A00%3A00\.000Z>; rel="next"$/,
    );
    expect((await ask('/api/inbound')).headers.get('link')).toBeNull();
  });

  it.each(['limit=0', 'limit=501', 'limit=x', 'limit=1.5', 'state=lost', 'state=', 'before=x', 'before=2026-01-01'])(
    'refuses %s with 400 and what is allowed',
    async (query) => {
      const response = await ask(`/api/inbound?${query}`);

      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        error: { code: 'ERR_BAD_REQUEST', message: expect.stringContaining('limit is 1 to 500') },
      });
    },
  );
});

describe('GET /api/inbound/<mailId>', () => {
  it('gives the entry, its parts, an email for each recipient, its links and its history', async () => {
    const mail = await json(`/api/inbound/${bestMailId}`);

    expect(mail.entry).toMatchObject({ mailId: bestMailId, state: 'relayed', recipientCount: 3 });
    expect(mail.parts.map(({ fileName }: { fileName: string }) => fileName)).toContain('site-plan.pdf');
    expect(mail.emails.map(({ state }: { state: string }) => state).sort()).toEqual([
      'delivered',
      'delivered',
      'failed',
    ]);
    expect(mail.links).toHaveLength(9);
    expect(mail.history.map(({ step }: { step: string }) => step)).toEqual([
      ...['received', 'attachments stored', 'accepted', 'relayed'],
    ]);
  });

  it('says 404 in JSON for a mail that is not there', async () => {
    const response = await ask('/api/inbound/none');

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: { code: 'ERR_NOT_FOUND', message: 'there is no such mail' } });
  });
});

describe('GET /api/emails/<emailId>', () => {
  it('gives the record, its history and its events', async () => {
    const { emails } = await json(`/api/inbound/${bestMailId}`);

    const answer = await json(`/api/emails/${emails[0].emailId}`);

    expect(answer.email.emailId).toBe(emails[0].emailId);
    expect(answer.history.length).toBeGreaterThan(2);
    expect(answer.events).toEqual([]);
    expect((await ask('/api/emails/none')).status).toBe(404);
  });
});

describe('GET /api/alarms, /api/notices, /api/about', () => {
  it('tell how alarms stand, what an operator was told and how to send a first mail', async () => {
    expect(await json('/api/alarms')).toMatchObject([{ name: 'inbound-dead-letters', state: 'ok', threshold: 50 }]);
    expect(await json('/api/notices')).toMatchObject([{ subject: 'Mail parked: ERR_NO_RECIPIENTS' }]);
    expect(await json('/api/about')).toMatchObject({ firstMailCommand: 'npx lightermail send', hasMailbox: true });
  });
});

describe('the JSON API', () => {
  it('answers 503 and a code when the store does not answer, and says no more', async () => {
    const page = () => Promise.reject(new TransientMailError('ERR_STORE_UNAVAILABLE', 'secret detail'));
    const app = consoleApp({ ...desk.consoleParts, ledger: { ...desk.ledger, page } });

    const response = await app.request('/api/inbound');

    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      error: { code: 'ERR_STORE_UNAVAILABLE', message: 'try again in a moment' },
    });
  });

  it('answers 500 without the cause for a fault of its own', async () => {
    const page = () => Promise.reject(new Error('secret detail'));
    const app = consoleApp({ ...desk.consoleParts, ledger: { ...desk.ledger, page } });

    const response = await app.request('/api/inbound');

    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret detail');
  });

  it.each(['/api', '/api/', '/api/none', '/api/inbound/x/y', '/api/%00', '/api/%', '/api/../x'])(
    'answers %s with 404, never with a 500',
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );

  it('lets no other site read or frame what it says, and no cache keep it', async () => {
    for (const path of ['/api/inbound', '/api/queues', '/api/none', '/api/mailbox']) {
      const { headers } = await ask(path, { headers: { origin: 'https://evil.example' } });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("sandbox; default-src 'none'");
    }
  });
});
