import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linksApi } from '../../../functions/console/api-links.ts';
import { hashToken } from '../../../shared/mail/link-token.ts';
import { mailWithFiles, openGatewayMail } from '../../support/gateway-mail.ts';

const bytes = randomBytes(2000);
let world: Awaited<ReturnType<typeof openGatewayMail>>;
let api: ReturnType<typeof linksApi>;
let mailId: string;
let path: string;
let linkId: string;

beforeAll(async () => {
  world = await openGatewayMail();
  mailId = await world.deliver(mailWithFiles(['ann@example.com', 'ben@example.com'], { 'log.csv': bytes }));
  path = [...(await world.linksOf()).values()].flat()[0] ?? '';
  linkId = hashToken(path.slice('/f/'.length));
  api = linksApi(world.desk, world.pipeline.platform.log);
});
afterAll(() => world.pipeline.close());

const post = (name: string, body: unknown, headers: Record<string, string> = {}) =>
  api.request(`/${name}`, { method: 'POST', body: JSON.stringify(body), headers });

// biome-ignore lint/suspicious/noExplicitAny: the shape is what each test asserts
const jsonOf = async (response: Response | Promise<Response>): Promise<any> => (await response).json();

describe('/api/links', () => {
  it('revokes and renews by link, mail and recipient, with who and why, and says when it holds', async () => {
    const revoked = await post('revoke', { selection: { linkId }, by: 'olga', reason: 'wrong customer' });
    expect(await revoked.json()).toMatchObject({ changedCount: 1, takesEffect: 'withdrawn at once' });
    expect((await world.get(path)).status).toBe(410);

    world.pipeline.clock.advance(1);
    const renewed = await post('renew', { selection: { mailId }, forSeconds: 7200 });
    expect(await renewed.json()).toMatchObject({ changedCount: 2, takesEffect: 'open again at once' });
    expect((await world.get(path)).status).toBe(200);
    const { link, history } = await jsonOf(api.request(`/${linkId}`));
    expect(history).toMatchObject([
      { step: 'revoked', by: 'olga', reason: 'wrong customer' },
      { step: 'renewed', by: 'console' },
    ]);
    expect(link).toMatchObject({ linkId, recipient: expect.stringContaining('@example.com') });
    expect(JSON.stringify(link)).not.toContain(path.slice(3));
  });

  it('replaces the bytes with those of the body', async () => {
    const other = randomBytes(70_000);
    const init = { method: 'PUT', body: new Uint8Array(other), headers: { 'sec-fetch-site': 'same-origin' } };

    const answer = await (await api.request(`/${linkId}/file?name=../new%20log.csv&by=olga`, init)).json();

    expect(answer).toMatchObject({ changedCount: 2, sizeBytes: 70_000, haveOld: [] });
    const given = await world.download(path);
    expect(Buffer.from(await given.arrayBuffer()).equals(other)).toBe(true);
    expect(given.headers.get('content-disposition')).toContain('filename="new log.csv"');
  });

  it('has recipients reminded, and refuses a selection that is none', async () => {
    const answer = await jsonOf(post('remind', { selection: { mailId, recipient: 'ben@example.com' } }));

    expect(answer).toMatchObject({ changedCount: 1, takesEffect: expect.stringContaining('within a minute') });
    expect((await post('remind', { selection: { mailId: 'x' } })).status).toBe(400);
    expect((await post('remind', { selection: { linkId: '0'.repeat(64) } })).status).toBe(404);
    expect((await post('remind', { selection: { mailId } }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('audits a mail', async () => {
    const audit = await jsonOf(api.request(`/audit/${mailId}`));
    expect(audit.map(({ recipient }: { recipient: string }) => recipient)).toEqual([
      'ann@example.com',
      'ben@example.com',
    ]);
  });

  it.each([
    ['nothing', {}],
    ['no selection', { selection: {} }],
    ['a token', { selection: { linkId: 'A'.repeat(32) } }],
    ['what is not an address', { selection: { recipient: 'ann' } }],
    ['more than one choice', { selection: { linkId: '0'.repeat(64), recipient: 'ann@example.com' } }],
    ['a time of no length', { selection: { mailId: 'a'.repeat(40) }, forSeconds: 0 }],
  ])('refuses %s with 400 and what is allowed', async (_what, body) => {
    const answer = await post('renew', body);
    expect(answer.status).toBe(400);
    expect((await jsonOf(answer)).error.message).toContain('selection is');
  });

  it('answers 404 where there is no such link, and 403 to another site', async () => {
    expect((await post('revoke', { selection: { linkId: '0'.repeat(64) } })).status).toBe(404);
    expect((await api.request(`/${'0'.repeat(64)}`)).status).toBe(404);
    const elsewhere = { 'sec-fetch-site': 'cross-site' };
    expect((await post('revoke', { selection: { linkId } }, elsewhere)).status).toBe(403);
    const put = { method: 'PUT', body: 'x', headers: elsewhere };
    expect((await api.request(`/${linkId}/file`, put)).status).toBe(403);
  });
});
