import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleApp } from '../../../functions/console/handler.ts';
import { type Desk, openDesk } from '../../support/local-desk.ts';

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
  await desk.stores.queues.outbound.send(['{"v":1}']);
  await desk.stores.queues.inbound.reject('{"broken":true}', 'ERR_BAD_EVENT');
});
afterEach(() => desk.close());

const ask = (path: string, init?: RequestInit) => consoleApp(desk.consoleParts).request(path, init);
const redrive = (headers: Record<string, string>) => ask('/api/queues/inbound/redrive', { method: 'POST', headers });

describe('GET /api/queues', () => {
  it('tells of each queue what waits, what is in flight, how old it is, and what it gave up', async () => {
    desk.clock.pass(5000);

    const queues = (await (await ask('/api/queues')).json()) as { name: string }[];

    expect(queues.map(({ name }) => name)).toEqual(['inbound', 'outbound', 'engagement', 'links']);
    expect(queues[0]).toMatchObject({ messageCount: 0, deadLetterCount: 1 });
    expect(queues[1]).toMatchObject({ visibleCount: 1, inFlightCount: 0, oldestAgeSeconds: 5, deadLetterCount: 0 });
  });

  it('lists dead letters with their code', async () => {
    const letters = await (await ask('/api/queues/inbound/dead-letters')).json();

    expect(letters).toMatchObject([{ body: '{"broken":true}', code: 'ERR_BAD_EVENT' }]);
    expect((await ask('/api/queues/none/dead-letters')).status).toBe(404);
    expect((await ask('/api/queues/inbound/dead-letters?limit=-1')).status).toBe(400);
  });
});

describe('POST /api/queues/<name>/redrive', () => {
  it('moves every dead letter back to its queue', async () => {
    const response = await redrive({
      host: 'localhost:8025',
      origin: 'http://localhost:8025',
      'sec-fetch-site': 'same-origin',
    });

    expect(await response.json()).toEqual({ movedCount: 1 });
    expect(await desk.stores.deadLetters.count('inbound')).toBe(0);
    expect((await desk.stores.queues.inbound.depth()).messageCount).toBe(1);
  });

  it('works for a program, which sends neither Origin nor Sec-Fetch-Site', async () => {
    expect((await redrive({})).status).toBe(200);
  });

  it.each<Record<string, string>>([
    { host: 'localhost:8025', origin: 'https://evil.example' },
    { host: 'localhost:8025', origin: 'http://localhost:9999' },
    { host: 'localhost:8025', origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('refuses a page of another origin: %j', async (headers) => {
    const response = await redrive(headers);

    expect(response.status).toBe(403);
    expect(await desk.stores.deadLetters.count('inbound')).toBe(1);
  });

  it('moves no more than it is told, opens failed emails first, and refuses what it does not understand', async () => {
    await desk.stores.queues.outbound.reject('{"v":1,"emailId":"1"}', 'ERR_ATTEMPTS_SPENT');
    await desk.stores.queues.outbound.reject('{"v":1,"emailId":"2"}', 'ERR_ATTEMPTS_SPENT');
    const opened: string[] = [];
    const reopenFailed = async (body: string, { by, reason }: { by: string; reason?: string }) =>
      opened.push(`${body} ${by} ${reason}`) > 0;
    const app = consoleApp({ ...desk.consoleParts, reopenFailed });
    const post = (body: string) => app.request('/api/queues/outbound/redrive', { method: 'POST', body });

    for (const wrong of ['{', '{"limit":0}', '{"why":"x"}', '{"by":"a@example.com"}']) {
      expect((await post(wrong)).status).toBe(400);
    }
    expect(await desk.stores.deadLetters.count('outbound')).toBe(2);
    const answer = await post('{"limit":1,"by":"ann","reason":"SES is back"}');

    expect(await answer.json()).toEqual({ movedCount: 1 });
    expect(await desk.stores.deadLetters.count('outbound')).toBe(1);
    expect(opened).toEqual(['{"v":1,"emailId":"1"} ann SES is back']);
  });

  it('does nothing for GET', async () => {
    expect((await ask('/api/queues/inbound/redrive')).status).toBe(404);
    expect(await desk.stores.deadLetters.count('inbound')).toBe(1);
  });
});
