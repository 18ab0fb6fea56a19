import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { toSesEvents } from '../../infra/local/ses-event.ts';

/** A mail that SES took. */
export interface TakenMail {
  readonly messageId: string;
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly configurationSet: string;
  readonly emailTags: Readonly<Record<string, string>>;
  readonly mime: string;
}

export interface SesFront {
  readonly url: string;
  readonly taken: readonly TakenMail[];
  /** Why it could not answer at all: none when all is well. */
  readonly faults: readonly unknown[];
  /** Attempts so far, by recipient: also those that were refused. */
  attempts(rcptTo: string): number;
  /** Where the events go, once that is known. */
  onEvent(publish: (event: string) => Promise<void>): void;
  close(): Promise<void>;
}

export interface SesFrontOptions {
  /** Gives the SES behind it, which may start later; absent: every mail is taken. */
  readonly endpoint?: () => string;
}

interface Body {
  readonly FromEmailAddress: string;
  readonly Destination: { readonly ToAddresses: readonly [string] };
  readonly Content: { readonly Raw: { readonly Data: string } };
  readonly ConfigurationSetName?: string;
  readonly EmailTags?: readonly { readonly Name: string; readonly Value: string }[];
}

/**
 * Stands before SES v2 and adds what no stand-in has: the events of a configuration set, each one twice and in the
 * wrong order for some mails; a throttled first attempt for `throttle-…@`; a connection that breaks after the mail was
 * taken for `lost-…@`; a refusal for good for `reject-…@`. Everything else is SES's own answer.
 */
export async function startSesFront({ endpoint }: SesFrontOptions): Promise<SesFront> {
  const taken: TakenMail[] = [];
  const faults: unknown[] = [];
  const attempts = new Map<string, number>();
  let publish: (event: string) => Promise<void> = async () => undefined;
  const server = createServer(async (incoming, response) => {
    try {
      await serve(incoming, response);
    } catch (error) {
      faults.push(error);
      response.destroy();
    }
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await buffer(incoming);
    const body = JSON.parse(bytes.toString('utf8')) as Body;
    const [rcptTo] = body.Destination.ToAddresses;
    const attempt = (attempts.get(rcptTo) ?? 0) + 1;
    attempts.set(rcptTo, attempt);
    if (rcptTo.startsWith('throttle-') && attempt === 1)
      return refuse(response, 429, 'TooManyRequestsException', 'Maximum sending rate exceeded.');
    if (rcptTo.startsWith('reject-')) return refuse(response, 400, 'MessageRejected', 'Message contains a virus.');
    const answer =
      endpoint === undefined
        ? { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ MessageId: `local-${taken.length}` })) }
        : await forward(endpoint(), incoming, bytes);
    if (answer.status === 200) await take(body, (JSON.parse(answer.body.toString('utf8')) as Answer).MessageId);
    if (rcptTo.startsWith('lost-') && attempt === 1) return void response.destroy();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  async function take(body: Body, messageId: string): Promise<void> {
    const [rcptTo] = body.Destination.ToAddresses;
    const mail = {
      messageId,
      mailFrom: body.FromEmailAddress,
      rcptTo,
      configurationSet: body.ConfigurationSetName ?? '',
      emailTags: Object.fromEntries((body.EmailTags ?? []).map(({ Name, Value }) => [Name, Value])),
      mime: Buffer.from(body.Content.Raw.Data, 'base64').toString('utf8'),
    };
    taken.push(mail);
    const at = new Date();
    const events = toSesEvents({ ...mail, transportId: messageId, at });
    const unruly = taken.length % 3 === 0 ? [...events].reverse().flatMap((event) => [event, event]) : events;
    for (const event of unruly) await publish(event);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    faults,
    attempts: (rcptTo) => attempts.get(rcptTo) ?? 0,
    onEvent: (next) => {
      publish = next;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly MessageId: string;
}

function refuse(response: ServerResponse, status: number, name: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name });
  response.end(JSON.stringify({ message }));
}

/** The same request, its `Host` included, since the signature covers it. */
async function forward(
  endpoint: string,
  { method, url, headers }: IncomingMessage,
  bytes: Buffer,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(new URL(url ?? '/', endpoint), { method: method ?? 'POST', headers }, resolve);
    outgoing.once('error', reject);
    outgoing.end(bytes);
  });
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}
