import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkGateway } from '../../../functions/link-gateway/handler.ts';
import { openLink } from '../../../shared/links/open-link.ts';
import { linkRecordsOf } from '../../../shared/records/link-records.ts';
import { type Desk, openDesk } from '../../support/local-desk.ts';
import { giveLink, tokenOf } from '../../support/sample-link.ts';

const guesses = Number(process.env.LIGHTERMAIL_GUESSES ?? 5000);
const endless = { burst: 1e9, perSecond: 1e9 };
let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
  for (let number = 0; number < 50; number += 1) await giveLink(desk, tokenOf(number), Buffer.from('x'));
});
afterAll(() => desk.close());

const median = (list: number[]) => list.sort((one, other) => one - other)[Math.floor(list.length / 2)] ?? 0;

describe('wrong tokens', () => {
  it(`E3 open nothing, ${guesses} guesses`, { timeout: 600_000 }, async () => {
    const parts = { ...linkRecordsOf(desk.gatewayPlatform()), clock: desk.clock };
    const kinds = new Map<string, number>();
    for (let done = 0; done < guesses; done += 500) {
      const opened = await Promise.all(
        Array.from({ length: Math.min(500, guesses - done) }, () =>
          openLink(parts, randomBytes(24).toString('base64url')),
        ),
      );
      for (const { kind } of opened) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }

    expect([...kinds]).toEqual([['unknown', guesses]]);
  });

  it('E3 are answered alike and in like time, whether they have the form of a token or not', async () => {
    const app = linkGateway(desk.gatewayPlatform(), { perToken: endless, perClient: endless });
    const close = `${tokenOf(1).slice(0, 31)}${tokenOf(1).endsWith('A') ? 'B' : 'A'}`;
    const kinds = { random: tokenOf(900), close, short: 'x', long: 'y'.repeat(400) };
    const times: Record<string, number[]> = { random: [], close: [], short: [], long: [] };
    const pages = new Set<string>();
    // Interleaved, so that whatever else the machine does slows all of them alike.
    for (let round = 0; round < 300; round += 1) {
      for (const [kind, token] of Object.entries(kinds)) {
        const begunMs = performance.now();
        const response = await app.request(`/f/${token}`);
        times[kind]?.push(performance.now() - begunMs);
        pages.add(`${response.status}${await response.text()}${JSON.stringify([...response.headers])}`);
      }
    }
    const medians = Object.values(times).map(median);

    expect(pages.size).toBe(1);
    expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(2);
  });
});
