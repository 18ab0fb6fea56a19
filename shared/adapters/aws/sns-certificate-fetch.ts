import { type IncomingMessage, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestTls, type RequestOptions as TlsRequestOptions } from 'node:https';
import { TransientMailError } from '../../errors/mail-error.ts';
import type { FetchSigningCertificate } from './sns-signing-keys.ts';

/** A certificate has two kilobytes. */
const mostBytes = 16_384;
/** SNS waits 15 s for the answer to its message: two fifths of that are for the certificate. */
const usualWithinMs = 6_000;

export interface CertificateFetchOptions {
  /** How the connection is made, where that is not as usual: another address for the host, other authorities. */
  readonly connection?: TlsRequestOptions;
  /** A stand-in for SNS on this machine, which is asked in place of the URL's own host. */
  readonly standIn?: URL;
  readonly withinMs?: number;
}

/**
 * Fetches signing certificates over TLS, whose own certificate must be good for the host of the URL. A redirect is
 * never followed; size and time are bounded.
 */
export function createCertificateFetch(options: CertificateFetchOptions = {}): FetchSigningCertificate {
  const { withinMs = usualWithinMs } = options;
  return async (pinnedUrl) => {
    const url = new URL(pinnedUrl);
    const signal = AbortSignal.timeout(withinMs);
    try {
      const answer = await ask(url, signal, options);
      return await read(answer);
    } catch (cause) {
      if (cause instanceof TransientMailError) throw cause;
      throw new TransientMailError('ERR_TOPIC_UNAVAILABLE', 'the signing certificate could not be fetched', { cause });
    }
  };
}

function ask(url: URL, signal: AbortSignal, options: CertificateFetchOptions): Promise<IncomingMessage> {
  const { hostname, pathname: path } = url;
  const { standIn, connection } = options;
  const usual: RequestOptions = { method: 'GET', path, signal, agent: false, headers: { host: hostname } };
  return new Promise((resolve, reject) => {
    const outgoing =
      standIn === undefined
        ? requestTls({ ...usual, host: hostname, servername: hostname, rejectUnauthorized: true, ...connection })
        : requestPlain({ ...usual, host: standIn.hostname, port: standIn.port, headers: standInHeaders(hostname) });
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.end();
  });
}

/** A stand-in serves all of AWS at one address, and finds SNS by what a signed request would say. */
function standInHeaders(host: string) {
  const region = host.split('.')[1];
  const scope = `Credential=stand-in/20260101/${region}/sns/aws4_request`;
  return { host, authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` };
}

/** What a client could mend is answered with class 4: there is no such certificate. A redirect leads away: the same. */
async function read(answer: IncomingMessage): Promise<string | undefined> {
  const { statusCode = 0 } = answer;
  if (statusCode !== 200) {
    answer.destroy();
    const isFinal = statusCode >= 300 && statusCode < 500 && statusCode !== 408 && statusCode !== 429;
    if (isFinal) return undefined;
    throw new TransientMailError('ERR_TOPIC_UNAVAILABLE', `the host of the certificate answered ${statusCode}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}
