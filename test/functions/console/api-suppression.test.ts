import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleApp } from '../../../functions/console/handler.ts';
import { createSuppression, type Suppression } from '../../../shared/records/suppression.ts';
import { createIds } from '../../../shared/runtime/ids.ts';
import { type Desk, openDesk } from '../../support/local-desk.ts';

let desk: Desk;
let suppression: Suppression;

beforeEach(async () => {
  desk = await openDesk();
  suppression = createSuppression({ store: desk.stores.store, clock: desk.clock, ids: createIds(desk.clock) });
});
afterEach(() => desk.close());

const ask = (method: string, body?: object, headers: Record<string, string> = {}, path = '') =>
  consoleApp({ ...desk.consoleParts, suppression }).request(`/api/suppression${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const address = 'ann.secret@example.com';

describe('/api/suppression', () => {
  it('adds, shows without the address, and removes, each with who and why', async () => {
    expect((await ask('POST', { address, messageClass: 'bulk', by: 'jo', why: 'asked by phone' })).status).toBe(200);
    expect(await suppression.find(address, 'bulk')).toMatchObject({ reason: 'operator' });
    expect(await suppression.find(address, 'transactional')).toBeUndefined();

    const list = await (await ask('GET')).text();
    expect(JSON.parse(list)).toMatchObject({
      entries: [{ shown: 'an****@example.com', messageClass: 'bulk', by: 'jo', why: 'asked by phone' }],
    });
    expect(list).not.toContain('ann.secret');

    desk.clock.pass(1_000);
    expect((await ask('DELETE', { address, messageClass: 'bulk', by: 'sam' })).status).toBe(200);
    expect((await ask('DELETE', { address, messageClass: 'bulk' })).status).toBe(404);
    expect(await suppression.find(address, 'bulk')).toBeUndefined();
    expect(await (await ask('POST', { address }, {}, '/history')).json()).toMatchObject([
      { step: 'added', by: 'jo' },
      { step: 'removed', by: 'sam' },
    ]);
  });

  it.each(['POST', 'DELETE'])('%s from another site is refused', async (method) => {
    const headers = { origin: 'https://evil.example', host: 'localhost', 'sec-fetch-site': 'cross-site' };
    expect((await ask(method, { address }, headers)).status).toBe(403);
    expect(await suppression.find(address, 'bulk')).toBeUndefined();
  });

  it.each([
    [{ address: 'nobody' }],
    [{ address, messageClass: 'every' }],
    [{ address, why: 'ann@example.com asked' }],
    [{ address, extra: 1 }],
    [[]],
  ])('%j is refused', async (body) => {
    expect((await ask('POST', body)).status).toBe(400);
  });

  it('H13 no address comes into the log', async () => {
    await ask('POST', { address });
    await ask('DELETE', { address });
    expect(desk.log.lines.join('\n')).not.toContain('ann.secret');
  });
});
