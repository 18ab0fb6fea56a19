import { createServer, type Server, type ServerResponse } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { consoleToken } from '../../functions/console/console-token.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import { hostCheck } from './host-check.ts';
import { listen } from './listen.ts';
import { settlesWithin } from './wait.ts';

export interface HttpOptions {
  readonly bind: string;
  /** 0: a free port. */
  readonly port: number;
  readonly publicUrl?: string;
  /** Absent: the console is open, because only this machine reaches it. */
  readonly consoleToken?: string;
  readonly log: Logger;
}

/** What answers. Until both are there, all but `/healthz` is told to come again. */
export interface HttpApps {
  readonly console: Hono;
  /** Answers `/f/…`. */
  readonly links: Hono;
  /** Answers `/s/…`: the URLs that the blob store signs. */
  readonly signed: Hono;
}

export interface HttpInlet {
  readonly port: number;
  mount(apps: HttpApps): void;
  /** Accepts nothing more, lets answers that are under way finish for up to `graceMs`, then closes. */
  stop(graceMs: number): Promise<void>;
}

/** The console's and the gateway's requests are small: only answers are large. */
const maxBodyBytes = 1_048_576;
const serverOptions = {
  headersTimeout: 10_000,
  /** Also the longest upload of a file that replaces another: 2 GB within ten minutes. */
  requestTimeout: 600_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16_384,
} as const;

/** The web server of one machine: the console at `/`, links at `/f/…`, signed URLs at `/s/…`, `/healthz`. */
export async function startHttp(options: HttpOptions): Promise<HttpInlet> {
  let apps: HttpApps | undefined;
  const answering = new Set<ServerResponse>();
  const endless = new WeakSet<ServerResponse>();
  const app = makeApp(options, endless, () => apps);
  const { port, servers } = await listen(() => makeServer(app, answering, options.log), {
    setting: 'LIGHTERMAIL_HTTP_PORT',
    bind: options.bind,
    port: options.port,
  });
  return {
    port,
    mount(mounted) {
      apps = mounted;
    },
    stop(graceMs) {
      const awaited = [...answering].filter((response) => !endless.has(response));
      return stop(servers as readonly Server[], awaited, graceMs);
    },
  };
}

function makeApp(
  options: HttpOptions,
  endless: WeakSet<ServerResponse>,
  apps: () => HttpApps | undefined,
): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(async (context, next) => {
    await next();
    // An event stream never ends by itself, so stopping does not wait for it.
    if (context.res.headers.get('content-type')?.startsWith('text/event-stream')) endless.add(context.env.outgoing);
  });
  app.use(hostCheck(hostNames(options)));
  const limited = bodyLimit({
    maxSize: maxBodyBytes,
    onError: (context) => context.text('the request is too large\n', 413),
  });
  // A file that takes the place of another is streamed into the store, whatever its size.
  app.use((context, next) => (isFileUpload(context.req.method, context.req.path) ? next() : limited(context, next)));
  app.get('/healthz', (context) =>
    apps() === undefined ? context.json({ status: 'starting' }, 503) : context.json({ status: 'ok' }),
  );
  app.all('/f/*', async (context) => (await apps()?.links.fetch(context.req.raw, context.env)) ?? starting());
  app.all('/s/*', async (context) => (await apps()?.signed.fetch(context.req.raw, context.env)) ?? starting());
  if (options.consoleToken !== undefined) app.use(consoleToken(options.consoleToken));
  app.all('*', async (context) => (await apps()?.console.fetch(context.req.raw, context.env)) ?? starting());
  app.onError((error, context) => {
    options.log.error('web request failed', error);
    return context.text('something went wrong here\n', 500);
  });
  return app;
}

const isFileUpload = (method: string, path: string) =>
  method === 'PUT' && /^\/api\/links\/[0-9a-f]{64}\/file$/.test(path);

/** An IP address cannot be pointed elsewhere, so the one that is listened on is as good as the public name. */
function hostNames({ publicUrl, bind }: HttpOptions): readonly string[] {
  const own = bind.includes(':') ? `[${bind}]` : bind;
  return publicUrl === undefined ? [own] : [own, new URL(publicUrl).hostname];
}

function starting(): Response {
  return new Response('starting, try again\n', { status: 503, headers: { 'retry-after': '1' } });
}

function makeServer(app: Hono<{ Bindings: HttpBindings }>, answering: Set<ServerResponse>, log: Logger): Server {
  const answer = getRequestListener(app.fetch);
  const server = createServer(serverOptions, (request, response) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
    void answer(request, response);
  });
  server.on('error', (error) => log.error('web server failed', error));
  return server;
}

async function stop(servers: readonly Server[], awaited: readonly ServerResponse[], graceMs: number): Promise<void> {
  const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
  for (const server of servers) server.closeIdleConnections();
  await settlesWithin(Promise.all(awaited.map(closes)), graceMs);
  for (const server of servers) server.closeAllConnections();
  await Promise.all(closed);
}

function closes(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once('close', () => resolve()));
}
