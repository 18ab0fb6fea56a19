import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleApp } from '../../../functions/console/handler.ts';
import { type Desk, openDesk } from '../../support/local-desk.ts';
import { fillDesk, landedMail } from '../../support/sample-mails.ts';

let desk: Desk;
let id: string;

beforeAll(async () => {
  desk = await openDesk();
  await fillDesk(desk);
  id = (await desk.stores.mailbox.list(1))[0]?.id ?? '';
});
afterAll(() => desk.close());

const ask = (path: string, init?: RequestInit) => consoleApp(desk.consoleParts).request(path, init);

describe('GET /api/mailbox', () => {
  it('lists what landed, newest first, with the fields that scripts rely on', async () => {
    const list = (await (await ask('/api/mailbox?limit=2')).json()) as object[];

    expect(list).toHaveLength(2);
    expect(Object.keys(list[0] ?? {}).sort()).toEqual([
      'at',
      'bytes',
      'emailId',
      'id',
      'mailFrom',
      'rcptTo',
      'subject',
    ]);
    expect(list[0]).toMatchObject({ id, rcptTo: 'pay@example.com', mailFrom: 'notifications@example.com' });
  });

  it('is empty, and no mail is found, where mail leaves by a transport', async () => {
    const { mailbox: _mailbox, ...parts } = desk.consoleParts;
    const app = consoleApp(parts);

    expect(await (await app.request('/api/mailbox')).json()).toEqual([]);
    expect((await app.request(`/api/mailbox/${id}/raw`)).status).toBe(404);
  });
});

describe('GET /api/mailbox/<id>/raw', () => {
  it('gives the very bytes, to be saved and never shown', async () => {
    const response = await ask(`/api/mailbox/${id}/raw`);

    expect(Buffer.from(await response.arrayBuffer()).equals(landedMail('pay@example.com', 'Invoice 2026-118'))).toBe(
      true,
    );
    expect(response.headers.get('content-type')).toBe('message/rfc822');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; /);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("sandbox; default-src 'none'");
  });

  it.each(['none', '..', '%2e%2e%2f', '%00'])('says 404 for %s', async (wrong) => {
    expect([404]).toContain((await ask(`/api/mailbox/${wrong}/raw`)).status);
  });
});

describe('GET /api/mailbox/<id>/view and /html', () => {
  it('gives text, links and header fields as data', async () => {
    const view = await (await ask(`/api/mailbox/${id}/view`)).json();

    expect(view).toMatchObject({
      subject: 'Invoice 2026-118',
      text: expect.stringContaining('the drawings are ready.'),
      hasHtml: true,
      links: ['https://links.example.com/f/AbCdEfGhIjKlMnOpQrStUvWxYz012345'],
    });
  });

  it('gives the HTML for a frame that can run, send and load nothing, with inline images in place', async () => {
    const response = await ask(`/api/mailbox/${id}/html`);
    const html = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';

    expect(policy).toContain('sandbox allow-popups allow-popups-to-escape-sandbox;');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script-src|allow-scripts|allow-same-origin|allow-forms|https?:/);
    expect(html).toContain('<base target="_blank">');
    expect(html).toContain('src="data:image/png;base64,');
  });
});
