import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkGateway } from '../../../functions/link-gateway/handler.ts';
import { signedBlobs } from '../../../functions/link-gateway/signed-blobs.ts';
import { type Desk, openDesk, signingSecret } from '../../support/local-desk.ts';
import { giveLink, tokenOf } from '../../support/sample-link.ts';
import { rawStatus, serve } from '../../support/serve.ts';

const token = tokenOf(1);
let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
  await giveLink(desk, token, Buffer.from('abc'));
});
afterAll(() => desk.close());

const pieces = fc.constantFrom(
  ...[
    '..',
    '.',
    '/',
    '//',
    '\\',
    '%2e%2e',
    '%2f',
    '%5c',
    '%00',
    '%0d%0aX:1',
    '%c0%ae',
    '%ff',
    '%',
    '%zz',
    '%u002e',
    ';',
  ],
  ...[
    '?',
    '#',
    '&',
    '=',
    '@',
    ':',
    '*',
    '~',
    '$',
    '{',
    '}',
    '|',
    '[',
    ']',
    '<',
    '>',
    '"',
    "'",
    '\u00e9',
    '\u00b2',
    '%EF%BC%91',
  ],
  ...[
    '__proto__',
    'constructor',
    'f',
    's',
    'files',
    'raw',
    token,
    token.slice(1),
    'a'.repeat(3000),
    'http://evil.example/',
  ],
);
const target = (prefix: string) => fc.array(pieces, { maxLength: 8 }).map((list) => prefix + list.join(''));

const endless = { burst: 1e9, perSecond: 1e9 };
const noLimits = { perToken: endless, perClient: endless };
const urlCount = 5000;
const atOnce = 50;

async function statusesOf(port: number, prefix: string): Promise<number[]> {
  const targets = fc.sample(target(prefix), { numRuns: urlCount, seed: 20260302 });
  const all: number[] = [];
  for (let start = 0; start < targets.length; start += atOnce) {
    all.push(...(await Promise.all(targets.slice(start, start + atOnce).map((one) => rawStatus(port, one)))));
  }
  return all;
}

describe('path tricks', () => {
  it('E10 never meet a 500 at the gateway, on 5,000 URLs sent as they are', async () => {
    const server = await serve(linkGateway(desk.gatewayPlatform(), noLimits));
    const statuses = await statusesOf(server.port, '/f/');
    await server.close();

    expect(statuses.length).toBe(urlCount);
    expect([...new Set(statuses)].filter((status) => ![200, 400, 404].includes(status))).toEqual([]);
  });

  it('E10 never meet a 500 or a file at the signed URLs, on 5,000 URLs sent as they are', async () => {
    const { stores, clock, log } = desk;
    const app = signedBlobs({ buckets: Object.values(stores.buckets), secret: signingSecret, clock, log });
    const server = await serve(app);
    const statuses = await statusesOf(server.port, '/s/files/');
    await server.close();

    expect(statuses.length).toBe(urlCount);
    expect([...new Set(statuses)].filter((status) => ![400, 403, 404].includes(status))).toEqual([]);
  });
});
