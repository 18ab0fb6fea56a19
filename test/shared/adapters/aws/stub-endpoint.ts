import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One request as it arrived. */
export interface StubRequest {
  readonly method: string;
  readonly url: string;
  /** The last part of `x-amz-target`: the operation of a JSON service. */
  readonly operation: string;
  readonly body: Buffer;
  /** How many requests came before. */
  readonly index: number;
}

export interface StubEndpoint {
  readonly requests: readonly StubRequest[];
  /** For any client: the endpoint, a region and made-up credentials. */
  readonly settings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  close(): Promise<void>;
}

type Answerer = (request: StubRequest, response: ServerResponse, raw: IncomingMessage) => void | Promise<void>;

/** A loopback endpoint that answers any client as the test says: for the faults that no stand-in can show. */
export async function startStubEndpoint(answer: Answerer): Promise<StubEndpoint> {
  const requests: StubRequest[] = [];
  const server = createServer(async (raw, response) => {
    const body = await buffer(raw).catch(() => Buffer.alloc(0));
    const operation = String(raw.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const request = { method: raw.method ?? '', url: raw.url ?? '', operation, body, index: requests.length };
    requests.push(request);
    await answer(request, response, raw);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    settings: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY' },
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** Answers as the services with a JSON protocol do. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(body));
}

/** Answers as S3 does when it refuses. */
export function answerXmlError(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>refused</Message></Error>`);
}

/** Answers as the services with the query protocol (SNS) do when they refuse. */
export function answerQueryError(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'text/xml' });
  response.end(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>x</Message></Error></ErrorResponse>`,
  );
}
