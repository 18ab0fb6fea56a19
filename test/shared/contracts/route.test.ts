import { describe, expect, it } from 'vitest';
import { routeSchema, routesSchema } from '../../../shared/contracts/route.ts';

const minimal = { id: 'default', address: 'capture@in.example.com', identity: 'notifications@example.com' };

const faultsOf = (route: object) => {
  const parsed = routeSchema.safeParse({ ...minimal, ...route });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('routeSchema', () => {
  it('fills in what a route does not say', () => {
    expect(routeSchema.parse(minimal)).toMatchObject({
      recipients: { from: 'body', marker: ':Email_Rxers_Code:' },
      linkExpirySeconds: 129_600,
      retentionDays: 14,
      maxRecipients: 500,
      links: 'gateway',
      card: 'bottom',
    });
  });

  it('D12 refuses a link that outlives its file', () => {
    expect(faultsOf({ linkExpirySeconds: 172_801, retentionDays: 2 })[0]).toMatch(
      /linkExpirySeconds: 172801 is longer/,
    );
  });

  it('refuses a presigned URL of more than seven days', () => {
    expect(faultsOf({ links: 'presigned', linkExpirySeconds: 604_801 })[0]).toMatch(/more than 604800/);
  });

  it('refuses the monitored address as the sending identity', () => {
    expect(faultsOf({ identity: 'Capture@in.example.com' })[0]).toMatch(/identity: must not be the monitored address/);
  });

  it.each([
    ['an unknown key', { linkExpiry: 5 }],
    ['a bad address', { address: 'capture' }],
    ['an empty fixed list', { recipients: { from: 'fixed', to: [] } }],
    ['an id with a slash', { id: 'a/b' }],
  ])('refuses %s', (_what, route) => {
    expect(faultsOf(route)).not.toEqual([]);
  });
});

describe('routesSchema', () => {
  it('refuses two routes with one id or one address', () => {
    const parsed = routesSchema.safeParse([minimal, { ...minimal, address: 'CAPTURE@in.example.com' }]);
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual(['1.id', '1.address']);
  });
});
