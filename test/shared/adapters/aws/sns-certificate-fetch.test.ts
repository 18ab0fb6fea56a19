import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateFetch } from '../../../../shared/adapters/aws/sns-certificate-fetch.ts';
import { toErrorCode } from '../../../../shared/errors/mail-error.ts';
import { certificateUrl } from '../../../support/sns-signer.ts';

const host = 'sns.eu-west-1.amazonaws.com';

async function certificateFor(name: string) {
  return generate([{ name: 'commonName', value: name }], {
    ...{ keyType: 'ec', curve: 'P-256', algorithm: 'sha256' },
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
}

let good: Awaited<ReturnType<typeof certificateFor>>;
let other: typeof good;
beforeAll(async () => {
  [good, other] = await Promise.all([certificateFor(host), certificateFor('evil.example')]);
});

let server: Server | undefined;
afterEach(async () => {
  const stopped = new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
  server?.closeAllConnections();
  await stopped;
  server = undefined;
});

/** A host of SNS on this machine: its name leads here, and its authority is trusted, by the connection alone. */
async function fetchFrom(listener: RequestListener, { tls = good, trusted = good, withinMs = 2_000 } = {}) {
  server = createTls({ cert: tls.cert, key: tls.private }, listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const lookup: NonNullable<import('node:net').TcpSocketConnectOpts['lookup']> = (_name, options, done) =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
  const fetchCertificate = createCertificateFetch({ connection: { port, lookup, ca: trusted.cert }, withinMs });
  return fetchCertificate(certificateUrl).catch(toErrorCode);
}

describe('fetching a signing certificate', () => {
  it('H1 asks the host by its name, under its path, with nothing of ours', async () => {
    const asked: unknown[] = [];
    const text = await fetchFrom((request, response) => {
      asked.push(request.method, request.url, request.headers);
      response.end('pem');
    });
    expect(text).toBe('pem');
    expect(asked).toEqual(['GET', new URL(certificateUrl).pathname, { host, connection: 'close' }]);
  });

  it.each([
    ['a redirect', 302],
    ['a redirect for good', 301],
    ['no access', 403],
    ['not found', 404],
  ])('H1 takes %s for an absence, and follows nothing', async (_, status) => {
    let requests = 0;
    const text = await fetchFrom((_request, response) => {
      requests += 1;
      response.writeHead(status, { location: certificateUrl }).end('elsewhere');
    });
    expect([text, requests]).toEqual([undefined, 1]);
  });

  it.each([408, 429, 500, 503])('H1 tries again after %i', async (status) => {
    expect(await fetchFrom((_request, response) => response.writeHead(status).end())).toBe('ERR_TOPIC_UNAVAILABLE');
  });

  it('H1 takes no more than 16 KB', async () => {
    expect(await fetchFrom((_request, response) => response.end('x'.repeat(16_385)))).toBeUndefined();
    expect(await fetchFrom((_request, response) => response.end('x'.repeat(16_384)))).toHaveLength(16_384);
  });

  it.each([
    ['never answers', () => undefined],
    [
      'stops in the middle',
      (_request: unknown, response: import('node:http').ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
      },
    ],
  ])('H1 gives up a host that %s', async (_, listener) => {
    expect(await fetchFrom(listener, { withinMs: 150 })).toBe('ERR_TOPIC_UNAVAILABLE');
  });

  it('H1 refuses a host whose own certificate is for another name, or of nobody that is trusted', async () => {
    const answer: RequestListener = (_request, response) => response.end('pem');
    expect(await fetchFrom(answer, { tls: other, trusted: other })).toBe('ERR_TOPIC_UNAVAILABLE');
    expect(await fetchFrom(answer, { trusted: other })).toBe('ERR_TOPIC_UNAVAILABLE');
  });

  it('asks a stand-in on this machine in place of the host, by the name of the host', async () => {
    let asked: string | undefined;
    server = createPlain((request, response) => {
      asked = `${request.headers.host}${request.url}`;
      response.end('pem');
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const fetchCertificate = createCertificateFetch({ standIn: new URL(`http://127.0.0.1:${port}`) });
    expect(await fetchCertificate(certificateUrl)).toBe('pem');
    expect(`https://${asked}`).toBe(certificateUrl);
  });
});
