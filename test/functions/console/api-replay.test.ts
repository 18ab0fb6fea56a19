import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleApp } from '../../../functions/console/handler.ts';
import type { ReplayAnswer } from '../../../shared/inbound/replay-mail.ts';
import { type Desk, openDesk } from '../../support/local-desk.ts';

let desk: Desk;
let asked: unknown[];

beforeEach(async () => {
  desk = await openDesk();
  asked = [];
});
afterEach(() => desk.close());

const replay = async (...args: unknown[]): Promise<ReplayAnswer> => {
  asked.push(args);
  return args[0] === 'none'
    ? { mailId: 'none', outcome: 'unknown' }
    : { mailId: 'm1', outcome: 'replayed', state: 'parked' };
};
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  consoleApp({ ...desk.consoleParts, replay }).request(path, { method: 'POST', body, headers });

describe('POST /api/inbound/<mailId>/replay', () => {
  it('hands on who wants it and why, and answers what became of it', async () => {
    const answer = await post('/api/inbound/m1/replay', '{"by":"ann","reason":"repaired","dryRun":true}');
    expect(await answer.json()).toEqual({ mailId: 'm1', outcome: 'replayed', state: 'parked' });
    expect((await post('/api/inbound/m1/replay', '')).status).toBe(200);
    expect(asked).toEqual([
      ['m1', { by: 'ann', reason: 'repaired' }, true],
      ['m1', { by: 'console' }, false],
    ]);
  });

  it('knows no mail that is not there, and understands nothing else', async () => {
    expect((await post('/api/inbound/none/replay', '{}')).status).toBe(404);
    asked = [];
    for (const wrong of ['{', '{"dryRun":"yes"}', '{"dryrun":true}', '{"reason":"a@example.com asked"}', '[]']) {
      expect((await post('/api/inbound/m1/replay', wrong)).status).toBe(400);
    }
    expect(asked).toEqual([]);
  });

  it('refuses a page of another origin', async () => {
    expect((await post('/api/inbound/m1/replay', '{}', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post('/api/inbound/m1/replay', '{}', { origin: 'https://evil.example' })).status).toBe(403);
    expect(asked).toEqual([]);
  });

  it('is not there where the console cannot', async () => {
    expect((await consoleApp(desk.consoleParts).request('/api/inbound/m1/replay', { method: 'POST' })).status).toBe(
      404,
    );
  });
});
