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

  it('refuses a limit of downloads that scanners would use up, or that nothing could count', () => {
    expect(faultsOf({ confirmDownload: 'direct', maxDownloads: 3 })[0]).toMatch(
      /^maxDownloads: 3 with confirmDownload/,
    );
    expect(faultsOf({ links: 'presigned', maxDownloads: 3 })[0]).toMatch(/^maxDownloads: 3 with links "presigned"/);
    expect(faultsOf({ links: 'presigned', scan: { verdict: 'required' } })[0]).toMatch(/^scan.verdict: required with/);
    expect(faultsOf({ maxDownloads: 0 })).not.toEqual([]);
    expect(faultsOf({ maxDownloads: 3, confirmDownload: 'page', scan: { verdict: 'required' } })).toEqual([]);
  });

  it('refuses a reminder that comes too late, or that could not know who has fetched', () => {
    expect(faultsOf({ linkExpirySeconds: 7200, remindAfterSeconds: 7200 })).toEqual([
      'remindAfterSeconds: 7200 is not shorter than linkExpirySeconds (7200): the links would have ended',
    ]);
    expect(faultsOf({ linkExpirySeconds: 7200, remindAfterSeconds: 3600, links: 'presigned' })[0]).toMatch(
      /^remindAfterSeconds: 3600 with links "presigned"/,
    );
    expect(faultsOf({ remindAfterSeconds: 59 })).not.toEqual([]);
    expect(faultsOf({ linkExpirySeconds: 7200, remindAfterSeconds: 7199 })).toEqual([]);
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

describe('what a route keeps in the mail', () => {
  const route = (changes: object) =>
    routeSchema.safeParse({ id: 'r', address: 'capture@in.example.com', identity: 'n@example.com', ...changes });

  it('is by default nothing but images that the HTML shows', () => {
    expect(route({}).data?.offload).toEqual({ minBytes: 0, keepInlineMaxBytes: 100_000, keepTypes: [] });
    expect(route({}).data?.signed).toBeUndefined();
  });

  it.each(['application/pdf', 'image/*', 'Text/Calendar'])('can be %s', (type) => {
    expect(route({ offload: { keepTypes: [type] } }).success).toBe(true);
  });

  it.each(['pdf', '*/*', 'message/rfc822', 'multipart/*', 'a/b; c=d', 'a/b\r\n'])('cannot be %j', (type) => {
    expect(route({ offload: { keepTypes: [type] } }).success).toBe(false);
  });

  it('C21 cannot be signed mail whose body holds the marker', () => {
    const recipients = { from: 'fixed', to: ['a@example.com'] };
    expect(route({ signed: 'intact', recipients }).success).toBe(true);
    expect(route({ signed: 'unwrap' }).success).toBe(true);
    expect(route({ signed: 'intact' }).error?.issues[0]?.message).toMatch(/marker would be sent on/);
  });
});
