import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Account, toWireCall, type WireCall, type WireRequest } from './wire-calls.ts';

/** What may be done to a request in place of passing it on. */
export type Interference =
  /** The answer breaks off half-way. */
  | { readonly do: 'cut' }
  /** The service itself refuses, by the name of its error. */
  | { readonly do: 'refuse'; readonly name: string; readonly message: string };

export interface WireRecorder {
  readonly url: string;
  readonly calls: readonly WireCall[];
  readonly requests: readonly WireRequest[];
  /** Requests that could not be read or answered: none when all is well. */
  readonly faults: readonly unknown[];
  /** Asked before each request is passed on. */
  interfere(decide: (request: Omit<WireRequest, 'status' | 'answerBytes'>) => Interference | undefined): void;
  close(): Promise<void>;
}

/** Where requests go. */
export interface Upstream extends Account {
  readonly endpoint: string;
  /** Takes SES's requests. */
  readonly sesEndpoint: string;
}

/** Stands between SDK clients and an AWS stand-in, passes every request on as it is, and keeps what IAM would be asked. */
export async function startWireRecorder(upstream: Upstream): Promise<WireRecorder> {
  const calls: WireCall[] = [];
  const requests: WireRequest[] = [];
  const faults: unknown[] = [];
  let decide: Parameters<WireRecorder['interfere']>[0] = () => undefined;
  const server = createServer(async (incoming, response) => {
    try {
      await serve(incoming, response);
    } catch (error) {
      faults.push(error);
      response.destroy();
    }
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const body = await buffer(incoming);
    const wanted = decide({ method, path, headers, body });
    const endpoint = path.startsWith('/v2/email/') ? upstream.sesEndpoint : upstream.endpoint;
    const answer = wanted?.do === 'refuse' ? toRefusal(wanted) : await passOn(endpoint, incoming, body);
    const made = { method, path, headers, body, status: answer?.status ?? 0, answerBytes: answer?.body.length ?? 0 };
    calls.push(toWireCall(made, upstream));
    requests.push(made);
    if (answer === undefined) return void response.destroy();
    response.writeHead(answer.status, answer.headers);
    if (wanted?.do !== 'cut') return void response.end(answer.body);
    response.write(answer.body.subarray(0, answer.body.length / 2), () => response.destroy());
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    requests,
    faults,
    interfere(next) {
      decide = next;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** As the JSON protocols name an error. */
function toRefusal({ name, message }: { readonly name: string; readonly message: string }): Answer {
  const body = Buffer.from(JSON.stringify({ __type: name, message }));
  return { status: 400, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
}

/** The answer, or `undefined` when the connection broke. */
async function passOn(
  endpoint: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<Answer | undefined> {
  const response = await new Promise<IncomingMessage | undefined>((resolve) => {
    // The body is whole by now: its length takes the place of how it was sent.
    const { 'transfer-encoding': _, expect: __, ...kept } = headers;
    const options = { method: method ?? 'GET', headers: { ...kept, 'content-length': String(body.length) } };
    const outgoing = request(`${endpoint}${url}`, options, resolve);
    outgoing.once('error', () => resolve(undefined));
    outgoing.end(body);
  });
  if (response === undefined) return undefined;
  const { 'transfer-encoding': _, ...kept } = response.headers;
  return { status: response.statusCode ?? 0, headers: kept, body: await buffer(response) };
}
