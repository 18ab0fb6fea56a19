import { createHash, createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createS3Client } from '../../../../shared/adapters/aws/aws-clients.ts';
import { createS3BlobStore } from '../../../../shared/adapters/aws/s3-blob-store.ts';
import { toErrorCode } from '../../../../shared/errors/mail-error.ts';
import { answerXmlError, type StubEndpoint, startStubEndpoint } from './stub-endpoint.ts';

const now = new Date('2026-05-01T00:00:00.700Z');
const clock = { now: () => now };
const whole = Buffer.alloc(50 * 1024, 'x');
let endpoint: StubEndpoint | undefined;
afterEach(async () => {
  await endpoint?.close();
  endpoint = undefined;
});

async function openAt(...[answer]: Parameters<typeof startStubEndpoint>) {
  endpoint = await startStubEndpoint(answer);
  return createS3BlobStore({
    client: createS3Client({ ...endpoint.settings, maxAttempts: 1 }),
    bucket: 'raw-mail',
    clock,
  });
}

describe('S3 blob store, get', () => {
  it('A15 a body cut at any kilobyte of 50 ends with ERR_BLOB_TRUNCATED', async () => {
    const store = await openAt((request, response) => {
      const bytes = Number(request.url.match(/cut-(\d+)/)?.[1]);
      response.writeHead(200, { 'content-length': whole.length, etag: '"e"' });
      response.write(whole.subarray(0, bytes), () => response.destroy());
    });
    const codes: string[] = [];
    for (let kilobytes = 0; kilobytes < 50; kilobytes += 1) {
      const content = await store.get(`raw/r/cut-${kilobytes * 1024}`).catch(toErrorCode);
      codes.push(
        typeof content === 'object' ? await buffer(content.body).then(() => 'whole', toErrorCode) : String(content),
      );
    }
    // Without a byte of the body the connection may break before the answer counts as one: that is tried again too.
    expect(codes.filter((code) => code !== 'ERR_BLOB_TRUNCATED' && code !== 'ERR_BLOB_UNAVAILABLE')).toEqual([]);
    expect(codes.filter((code) => code === 'ERR_BLOB_TRUNCATED').length).toBeGreaterThanOrEqual(49);
  });

  it('a whole body ends well', async () => {
    const store = await openAt((_request, response) => {
      response.writeHead(200, { 'content-length': whole.length, etag: '"e1"' });
      response.end(whole);
    });
    const content = await store.get('raw/r/1');
    expect(await buffer(content!.body)).toEqual(whole);
    expect(content!.info).toMatchObject({ sizeBytes: whole.length, etag: 'e1' });
  });

  it('a body that is destroyed before it is read lets go of its connection', async () => {
    let closed: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const store = await openAt((_request, response, raw) => {
      raw.socket.once('close', closed);
      response.writeHead(200, { 'content-length': 10_000_000 });
      response.write(whole);
    });
    (await store.get('raw/r/1'))!.body.destroy();
    await gone;
  });

  it('A16 metadata of a mail that was encrypted by its writer is shown', async () => {
    const store = await openAt((_request, response) => {
      response.writeHead(200, { 'content-length': 0, 'x-amz-meta-x-amz-key-v2': 'abc' });
      response.end();
    });
    const content = await store.get('raw/r/1');
    content!.body.destroy();
    expect(content!.info.metadata).toEqual({ 'x-amz-key-v2': 'abc' });
  });

  it.each([
    [404, 'NoSuchKey', 'undefined'],
    [404, 'NoSuchBucket', 'ERR_BLOB_UNAVAILABLE'],
    [403, 'AccessDenied', 'ERR_CREDENTIALS'],
    [400, 'KMS.DisabledException', 'ERR_CREDENTIALS'],
    [400, 'ExpiredToken', 'ERR_CREDENTIALS'],
    [503, 'SlowDown', 'ERR_BLOB_UNAVAILABLE'],
    [500, 'InternalError', 'ERR_BLOB_UNAVAILABLE'],
  ])('A12 A14 A15 E12 %i %s: %s', async (status, code, outcome) => {
    const store = await openAt((_request, response) => answerXmlError(response, status, code));
    expect(String(await store.get('raw/r/1').catch(toErrorCode))).toBe(outcome);
  });

  it.each([
    [404, 'undefined'],
    [403, 'ERR_CREDENTIALS'],
    [503, 'ERR_BLOB_UNAVAILABLE'],
  ])('head answered with a bare %i: %s', async (status, outcome) => {
    const store = await openAt((_request, response) => {
      response.writeHead(status).end();
    });
    expect(String(await store.head('raw/r/1').catch(toErrorCode))).toBe(outcome);
  });

  it('A15 a connection that breaks before the answer: ERR_BLOB_UNAVAILABLE, for a put too', async () => {
    const store = await openAt((_request, response) => {
      response.destroy();
    });
    expect(await store.get('raw/r/1').catch(toErrorCode)).toBe('ERR_BLOB_UNAVAILABLE');
    expect(await store.put('raw/r/1', Buffer.from('x')).catch(toErrorCode)).toBe('ERR_BLOB_UNAVAILABLE');
    expect(await store.put('raw/r/1', Readable.from([whole])).catch(toErrorCode)).toBe('ERR_BLOB_UNAVAILABLE');
  });
});

/** The signature of a presigned URL, computed anew. @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
function signatureOf(url: URL, secretAccessKey: string): string {
  const parameters = [...url.searchParams].filter(([name]) => name !== 'X-Amz-Signature');
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = parameters
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const canonical = ['GET', url.pathname, query, `host:${url.host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const at = url.searchParams.get('X-Amz-Date') ?? '';
  const scope = (url.searchParams.get('X-Amz-Credential') ?? '').split('/').slice(1);
  const digest = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', at, scope.join('/'), digest].join('\n');
  const signingKey = scope.reduce<Buffer | string>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  return createHmac('sha256', signingKey).update(text).digest('hex');
}

describe('S3 blob store, signGet', () => {
  const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY' };
  const options = { expiresInSeconds: 3600, fileName: 'Prüfbericht.pdf', contentType: 'application/pdf' };
  const region = 'eu-central-1';

  it('D6 the URL is rightly signed and names key, file name, type and time', async () => {
    const store = createS3BlobStore({
      client: createS3Client({ region, credentials: key }),
      bucket: 'raw-mail',
      clock,
    });
    const { url, expiresAt } = await store.signGet('files/m 1/ü+2', options);
    const parsed = new URL(url);
    expect(parsed.searchParams.get('X-Amz-Signature')).toBe(signatureOf(parsed, key.secretAccessKey));
    expect(decodeURIComponent(parsed.pathname)).toBe('/files/m 1/ü+2');
    expect(Object.fromEntries(parsed.searchParams)).toMatchObject({
      'X-Amz-Date': '20260501T000000Z',
      'X-Amz-Expires': '3600',
      'response-content-type': 'application/pdf',
      'response-content-disposition': `attachment; filename="Prufbericht.pdf"; filename*=UTF-8''Pr%C3%BCfbericht.pdf`,
    });
    expect(expiresAt).toEqual(new Date('2026-05-01T01:00:00Z'));
  });

  it('E1 the true end is that of the signer’s session when that comes sooner', async () => {
    const expiration = new Date('2026-05-01T00:20:00Z');
    const credentials = async () => ({ ...key, sessionToken: 'token', expiration });
    const store = createS3BlobStore({ client: createS3Client({ region, credentials }), bucket: 'raw-mail', clock });
    expect((await store.signGet('files/1', options)).expiresAt).toEqual(expiration);
    expect((await store.signGet('files/1', { ...options, expiresInSeconds: 60 })).expiresAt).toEqual(
      new Date('2026-05-01T00:01:00Z'),
    );
  });

  it('E2 a signer of its own signs in place of the client', async () => {
    const client = createS3Client({ region, credentials: { ...key, sessionToken: 'secret-session' } });
    const signer = createS3Client({ region, credentials: { ...key, accessKeyId: 'AKIASIGNEREXAMPLE000' } });
    const store = createS3BlobStore({ client, bucket: 'raw-mail', clock, signer });
    const { url } = await store.signGet('files/1', options);
    expect(url).toContain('AKIASIGNEREXAMPLE000');
    expect(url).not.toContain('secret-session');
  });

  it('credentials that cannot be had: ERR_CREDENTIALS', async () => {
    const credentials = async () => {
      throw new Error('none');
    };
    const store = createS3BlobStore({ client: createS3Client({ region, credentials }), bucket: 'raw-mail', clock });
    expect(await store.signGet('files/1', options).catch(toErrorCode)).toBe('ERR_CREDENTIALS');
  });
});
