import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { seededRandom } from '../support/seeded-random.ts';

/** Shares of POSTs that go wrong, and of events that do; 0 to 1. */
export interface Faults {
  readonly resetAfterAccept: number;
  readonly internalError: number;
  readonly tooMany: number;
  /** Share of mails none of whose events ever comes. */
  readonly eventDropped: number;
  /** Events come this many times at most, in any order. */
  readonly eventCopies: number;
}

export const noFaults: Faults = { resetAfterAccept: 0, internalError: 0, tooMany: 0, eventDropped: 0, eventCopies: 1 };

/** SES as the judge: what it accepted is what counts, whatever the sender's own records say. */
export interface Judge {
  readonly url: string;
  /** How many times each email was accepted. */
  readonly accepted: ReadonlyMap<string, number>;
  /** The mail's subject, by email id. */
  readonly subjects: ReadonlyMap<string, string>;
  readonly withheld: ReadonlySet<string>;
  readonly counts: { posts: number; resets: number; internalErrors: number; tooMany: number; mostPerSecond: number };
  waitingEvents(): number;
  close(): Promise<void>;
}

interface Post {
  readonly Content?: { readonly Raw?: { readonly Data?: string } };
  readonly Destination?: { readonly ToAddresses?: readonly string[] };
  readonly EmailTags?: readonly { readonly Name: string; readonly Value: string }[];
}

interface Event {
  readonly id: number;
  readonly message: string;
}

const eventsPerFetch = 200;

export async function startJudge(seed: number, faults: Faults): Promise<Judge> {
  const random = seededRandom(seed);
  const accepted = new Map<string, number>();
  const subjects = new Map<string, string>();
  const withheld = new Set<string>();
  const counts = { posts: 0, resets: 0, internalErrors: 0, tooMany: 0, mostPerSecond: 0 };
  const events = new Map<number, Event>();
  const times: number[] = [];
  let [lastEvent, first] = [0, 0];

  const tell = (emailId: string, messageId: string, post: Post) => {
    if (random() < faults.eventDropped) withheld.add(emailId);
    if (withheld.has(emailId)) return;
    for (const type of ['Send', 'Delivery'] as const) {
      const message = toEvent(type, emailId, messageId, post);
      const copies = 1 + Math.floor(random() * faults.eventCopies);
      for (let copy = 0; copy < copies; copy += 1) {
        lastEvent += 1;
        events.set(lastEvent, { id: lastEvent, message });
      }
    }
  };

  const take = (post: Post, request: IncomingMessage, response: ServerResponse) => {
    counts.posts += 1;
    const now = performance.now();
    times.push(now);
    while (now - (times[first] ?? now) >= 1000) first += 1;
    counts.mostPerSecond = Math.max(counts.mostPerSecond, times.length - first);
    const emailId = post.EmailTags?.find(({ Name }) => Name === 'email_id')?.Value ?? '';
    const dice = random();
    if (dice < faults.tooMany) {
      counts.tooMany += 1;
      return refuse(response, 429, 'TooManyRequestsException', 'Maximum sending rate exceeded.');
    }
    if (dice < faults.tooMany + faults.internalError) {
      counts.internalErrors += 1;
      return refuse(response, 500, 'InternalServiceErrorException', 'internal error');
    }
    const messageId = `0102${String(counts.posts).padStart(12, '0')}-000000`;
    accepted.set(emailId, (accepted.get(emailId) ?? 0) + 1);
    const mime = Buffer.from(post.Content?.Raw?.Data ?? '', 'base64').toString('latin1');
    subjects.set(emailId, /^Subject: ([^\r\n]*)/m.exec(mime)?.[1] ?? '');
    tell(emailId, messageId, post);
    if (dice < faults.tooMany + faults.internalError + faults.resetAfterAccept) {
      counts.resets += 1;
      request.socket.resetAndDestroy();
      return;
    }
    answer(response, 200, { MessageId: messageId });
  };

  const server = createServer(async (request, response) => {
    try {
      if (request.url === '/events' && request.method === 'GET') {
        // In any order: whatever was not acknowledged comes again.
        const waiting = [...events.values()].slice(0, eventsPerFetch);
        answer(response, 200, faults.eventCopies > 1 ? waiting.sort(() => random() - 0.5) : waiting);
      } else if (request.url === '/events') {
        for (const id of (await json(request)) as number[]) events.delete(id);
        answer(response, 200, {});
      } else {
        take((await json(request)) as Post, request, response);
      }
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ accepted, subjects, withheld, counts },
    waitingEvents: () => events.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function toEvent(type: 'Send' | 'Delivery', emailId: string, messageId: string, post: Post): string {
  const timestamp = new Date().toISOString();
  const destination = post.Destination?.ToAddresses ?? [];
  const mail = {
    ...{ timestamp, messageId, destination },
    source: 'notifications@example.com',
    tags: { email_id: [emailId] },
  };
  return JSON.stringify({
    eventType: type,
    mail,
    ...(type === 'Send' ? { send: {} } : { delivery: { timestamp, recipients: destination } }),
  });
}

function refuse(response: ServerResponse, status: number, name: string, message: string): void {
  response.setHeader('x-amzn-errortype', name);
  answer(response, status, { message });
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
