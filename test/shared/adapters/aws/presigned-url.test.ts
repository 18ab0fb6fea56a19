import { createHash, createHmac } from 'node:crypto';
import type { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkGateway } from '../../../../functions/link-gateway/handler.ts';
import { createAssumedRoleCredentials } from '../../../../shared/adapters/aws/assumed-role-credentials.ts';
import { createS3Client } from '../../../../shared/adapters/aws/aws-clients.ts';
import { createS3BlobStore } from '../../../../shared/adapters/aws/s3-blob-store.ts';
import { servedContentType } from '../../../../shared/mail/content-type.ts';
import { handClock, openDesk } from '../../../support/local-desk.ts';
import { giveLink, tokenOf } from '../../../support/sample-link.ts';

const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY' };
const region = 'eu-central-1';
const clock = handClock('2026-05-01T00:00:00.000Z');

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * What S3 itself computes of a presigned GET, from the URL as text alone: every parameter as it is named is under the
 * signature. @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
function check(text: string, secretAccessKey: string) {
  const [, host = '', path = '', query = ''] = /^https:\/\/([^/]+)(\/[^?]*)\?(.*)$/.exec(text) ?? [];
  const pairs = query.split('&').map((pair) => pair.split('=').map(decodeURIComponent) as [string, string]);
  const values = Object.fromEntries(pairs);
  const signed = pairs.filter(([name]) => name !== 'X-Amz-Signature');
  const canonicalQuery = signed
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const canonical = ['GET', path, canonicalQuery, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const scope = (values['X-Amz-Credential'] ?? '').split('/').slice(1);
  const digest = createHash('sha256').update(canonical).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', values['X-Amz-Date'], scope.join('/'), digest].join('\n');
  let signingKey: Buffer = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of scope) signingKey = createHmac('sha256', signingKey).update(part).digest();
  const signature = createHmac('sha256', signingKey).update(toSign).digest('hex');
  const at = (values['X-Amz-Date'] ?? '').replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const endsAt = new Date(Date.parse(at) + Number(values['X-Amz-Expires']) * 1000);
  return { isRight: signature === values['X-Amz-Signature'], endsAt, host, values, scope };
}

const openStore = () =>
  createS3BlobStore({ client: createS3Client({ region, credentials: key }), bucket: 'links-files', clock });

describe('a presigned URL', () => {
  it('E1 is rightly signed for every key, name, type and time, and forces attachment and a harmless type', async () => {
    const store = openStore();
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.constantFrom('text/html', 'image/svg+xml', 'application/pdf', 'text/xml', 'a b;c="&="', 'image/png'),
        fc.integer({ min: 1, max: 604_800 }),
        async (name, fileName, declared, expiresInSeconds) => {
          const contentType = servedContentType(declared);
          const { url, expiresAt } = await store.signGet(`files/${name.toWellFormed()}`, {
            expiresInSeconds,
            fileName,
            contentType,
          });
          const { isRight, endsAt, host, values, scope } = check(url, key.secretAccessKey);
          expect([isRight, host, scope]).toEqual([
            true,
            `links-files.s3.${region}.amazonaws.com`,
            ['20260501', region, 's3', 'aws4_request'],
          ]);
          expect(endsAt).toEqual(expiresAt);
          expect(values['response-content-type']).toBe(contentType);
          expect(values['response-content-disposition']).toMatch(
            /^attachment; filename="[ -~]*"; filename\*=UTF-8''[!-~]*$/,
          );
          expect(values['X-Amz-SignedHeaders']).toBe('host');
        },
      ),
      { numRuns: 200, seed: 20260302 },
    );
  });

  it('that is changed in any of its parameters is wrong', async () => {
    const { url } = await openStore().signGet('files/a', {
      expiresInSeconds: 60,
      fileName: 'a',
      contentType: 'text/plain',
    });
    for (const [part, other] of [
      ['X-Amz-Expires=60', 'X-Amz-Expires=61'],
      ['attachment', 'inline'],
      ['text%2Fplain', 'text%2Fhtml'],
      ['/files/a', '/files/b'],
    ] as const) {
      expect(url).toContain(part);
      expect(check(url.replace(part, other), key.secretAccessKey).isRight).toBe(false);
    }
  });

  it('E2 at the gateway is good for 60 s at the bucket alone, an octet stream for every active type', async () => {
    const desk = await openDesk(clock);
    const store = openStore();
    const files = { ...desk.stores.buckets.files, signGet: store.signGet };
    const app = linkGateway({ ...desk.gatewayPlatform('redirect'), files });
    await giveLink(desk, tokenOf(1), Buffer.from('<svg/>'), {
      ...{ confirmDownload: 'page', contentType: 'image/svg+xml', fileName: 'a.svg' },
    });

    const page = await app.request(`/f/${tokenOf(1)}`);
    const pressed = await app.request(`/f/${tokenOf(1)}`, { method: 'POST' });
    const given = await app.request(`/f/${pressed.headers.get('location')}`);
    const { isRight, endsAt, host, values } = check(given.headers.get('location') ?? '', key.secretAccessKey);

    expect(given.status).toBe(303);
    expect([isRight, values['response-content-type']]).toEqual([true, 'application/octet-stream']);
    expect(endsAt).toEqual(new Date('2026-05-01T00:01:00Z'));
    // Browsers hold a form's redirects to this list too.
    expect(page.headers.get('content-security-policy')).toContain(`form-action 'self' https://${host}`);
    await desk.close();
  });

  it('E9 that would lead to another host is not followed', async () => {
    const desk = await openDesk(clock);
    const store = openStore();
    let calls = 0;
    const signGet: typeof store.signGet = async (name, options) => {
      calls += 1;
      const signed = await store.signGet(name, options);
      return calls === 1 ? signed : { ...signed, url: signed.url.replace('links-files', 'evil') };
    };
    await giveLink(desk, tokenOf(2), Buffer.from('x'));
    const app = linkGateway({ ...desk.gatewayPlatform('redirect'), files: { ...desk.stores.buckets.files, signGet } });
    // The origin is learnt first, from a key that nothing outside has chosen.
    await app.request('/f/unknown');
    await giveLink(desk, tokenOf(3), Buffer.from('x'), { confirmDownload: 'page' });
    await app.request(`/f/${tokenOf(3)}`);

    const response = await app.request(`/f/${tokenOf(2)}`);

    expect([response.status, response.headers.get('location')]).toEqual([503, null]);
    await desk.close();
  });
});

describe('the session that signs where there is no key', () => {
  const sts = () => {
    const asked: AssumeRoleCommand[] = [];
    const send = async (command: AssumeRoleCommand) => {
      asked.push(command);
      const Expiration = new Date(clock.now().getTime() + 3_600_000);
      return {
        Credentials: {
          AccessKeyId: key.accessKeyId,
          SecretAccessKey: key.secretAccessKey,
          SessionToken: 's',
          Expiration,
        },
      };
    };
    return { asked, client: { send } as unknown as STSClient };
  };

  it('E1 is assumed for an hour, and anew after five minutes, so that links last nearly that long', async () => {
    const { asked, client } = sts();
    const start = clock.now();
    const credentials = createAssumedRoleCredentials(client, 'arn:aws:iam::123456789012:role/links', clock);
    const signer = createS3Client({ region, credentials });
    const store = createS3BlobStore({ client: signer, signer, signerIsSession: true, bucket: 'links-files', clock });
    const sign = () =>
      store.signGet('files/a', { expiresInSeconds: 129_600, fileName: 'a', contentType: 'text/plain' });

    const first = await sign();
    clock.pass(299_000);
    const second = await sign();
    clock.pass(1000);
    const third = await sign();

    expect(asked[0]?.input).toMatchObject({ DurationSeconds: 3600 });
    expect(asked).toHaveLength(2);
    expect([first, second, third].map(({ expiresAt }) => (expiresAt.getTime() - start.getTime()) / 1000)).toEqual([
      ...[3600, 3600, 3900],
    ]);
    expect(check(third.url, key.secretAccessKey).isRight).toBe(true);
    clock.set(start);
  });

  it('E1 whose end is not told is promised for an hour at most', async () => {
    const client = createS3Client({ region, credentials: { ...key, sessionToken: 'of the function' } });
    const store = createS3BlobStore({ client, bucket: 'links-files', clock });

    const { expiresAt } = await store.signGet('files/a', { expiresInSeconds: 129_600, fileName: 'a', contentType: '' });

    expect(expiresAt.getTime() - clock.now().getTime()).toBe(3_600_000);
  });
});
