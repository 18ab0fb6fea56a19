import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** One POST as it arrived, with the mail decoded. */
export interface SesPost {
  readonly mailFrom: string;
  readonly rcptTo: readonly string[];
  readonly mime: Buffer;
  readonly configurationSet?: string;
  readonly emailTags: Readonly<Record<string, string>>;
  /** Absent for a POST that was not accepted. */
  readonly messageId?: string;
}

/**
 * What the endpoint does with a POST. `error` answers as SES does; `reset` and `stall` break or never answer, before
 * or after the mail was accepted; `garbage` accepts and answers with something that is not JSON.
 */
export type SesBehaviour =
  | { readonly do: 'accept' }
  | { readonly do: 'error'; readonly status: number; readonly name?: string; readonly message?: string }
  | { readonly do: 'reset' | 'stall'; readonly accepted: boolean }
  | { readonly do: 'garbage' }
  | { readonly do: 'accept-then-500' };

export interface SesEndpoint {
  readonly url: string;
  /** Every POST so far, in the order of arrival. */
  readonly posts: readonly SesPost[];
  /** Requests of any kind so far, also those whose body never came. */
  requestCount(): number;
  /** For all POSTs from now on; called once per POST where it is a function. */
  behave(behaviour: SesBehaviour | ((post: SesPost, count: number) => SesBehaviour)): void;
  close(): Promise<void>;
}

interface SendEmailBody {
  readonly FromEmailAddress?: string;
  readonly Destination?: { readonly ToAddresses?: readonly string[] };
  readonly Content?: { readonly Raw?: { readonly Data?: string } };
  readonly ConfigurationSetName?: string;
  readonly EmailTags?: readonly { readonly Name: string; readonly Value: string }[];
}

/**
 * SES v2's SendEmail on a free loopback port (restJson1, errors by `x-amzn-errortype`), which can fail in every way
 * that SES and the network can. It checks neither signatures nor addresses.
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export async function startSesEndpoint(): Promise<SesEndpoint> {
  const posts: SesPost[] = [];
  let requests = 0;
  let behaviour: SesBehaviour | ((post: SesPost, count: number) => SesBehaviour) = { do: 'accept' };
  const server = createServer(async (request, response) => {
    requests += 1;
    try {
      const post = toPost((await json(request)) as SendEmailBody);
      const wanted = typeof behaviour === 'function' ? behaviour(post, posts.length + 1) : behaviour;
      const messageId = isAccepted(wanted) ? `0102${String(posts.length + 1).padStart(12, '0')}-000000` : undefined;
      posts.push(messageId === undefined ? post : { ...post, messageId });
      answer(request, response, wanted, messageId);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    posts,
    requestCount: () => requests,
    behave: (next) => {
      behaviour = next;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function isAccepted(behaviour: SesBehaviour): boolean {
  if (behaviour.do === 'error') return false;
  return behaviour.do === 'reset' || behaviour.do === 'stall' ? behaviour.accepted : true;
}

function toPost(body: SendEmailBody): SesPost {
  return {
    mailFrom: body.FromEmailAddress ?? '',
    rcptTo: body.Destination?.ToAddresses ?? [],
    mime: Buffer.from(body.Content?.Raw?.Data ?? '', 'base64'),
    emailTags: Object.fromEntries((body.EmailTags ?? []).map(({ Name, Value }) => [Name, Value])),
    ...(body.ConfigurationSetName === undefined ? {} : { configurationSet: body.ConfigurationSetName }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, behaviour: SesBehaviour, messageId?: string): void {
  if (request.method !== 'POST' || request.url !== '/v2/email/outbound-emails') {
    answerError(response, 404, 'UnknownOperationException', 'no such operation');
  } else if (behaviour.do === 'accept') {
    answerJson(response, 200, { MessageId: messageId });
  } else if (behaviour.do === 'garbage') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('<html>');
  } else if (behaviour.do === 'accept-then-500') {
    answerError(response, 500, 'InternalServiceErrorException', 'internal error');
  } else if (behaviour.do === 'error') {
    answerError(response, behaviour.status, behaviour.name, behaviour.message ?? 'refused');
  } else if (behaviour.do === 'reset') {
    request.socket.resetAndDestroy();
  }
}

function answerError(response: ServerResponse, status: number, name: string | undefined, message: string): void {
  if (name !== undefined) response.setHeader('x-amzn-errortype', name);
  answerJson(response, status, { message });
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
