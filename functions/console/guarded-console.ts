import { type Context, Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Logger } from '../../shared/ports/logger.ts';
import type { Clock } from '../../shared/ports/platform.ts';
import { apiError, apiFailure } from './api-error.ts';
import { isSame, tokenOf } from './console-token.ts';
import { guardHeaders } from './headers.ts';
import { isSameOrigin } from './same-origin.ts';
import { isOpenSession, openSession, sessionSeconds } from './session.ts';
import { signInPage } from './sign-in-page.ts';

export interface GuardedConsoleOptions {
  /** The token in force now. */
  readonly token: () => Promise<string>;
  /** The one host that it answers for. */
  readonly host: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Bound to the host, over TLS only, unseen by scripts, and never sent along by another site's page. */
const cookieName = '__Host-lightermail';
const longestForm = 1000;

/**
 * The console where the whole internet can reach it: it gives nothing but its sign-in page, and the style of that, to
 * whoever does not show the token, as `Authorization` of each request or once in the form, which opens a session.
 */
export function guardedConsole(console: Hono, options: GuardedConsoleOptions): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    if (context.req.header('host') === options.host) return next();
    return apiError(421, 'ERR_FORBIDDEN', 'this server does not answer for the host that was asked');
  });
  app.post('/sign-in', (context) => signIn(context, options));
  app.use(async (context, next) => {
    if (isPublic(context) || (await isSignedIn(context, options))) return next();
    if (!context.req.path.startsWith('/api/')) return signInPage(401);
    return apiError(401, 'ERR_FORBIDDEN', 'the session is over: load the page again to sign in');
  });
  app.all('*', (context) => console.fetch(context.req.raw, context.env));
  app.onError(apiFailure(options.log));
  return app;
}

/** The style of the sign-in page: as public as the source of it. */
function isPublic({ req }: Context): boolean {
  return req.method === 'GET' && /^\/assets\/[a-z-]+\.css$/.test(req.path);
}

async function isSignedIn(context: Context, { token, clock }: GuardedConsoleOptions): Promise<boolean> {
  const wanted = await token();
  const given = tokenOf(context.req.header('authorization'));
  return isSame(given, wanted) || isOpenSession(wanted, getCookie(context, cookieName), clock.now());
}

async function signIn(context: Context, { token, clock, log }: GuardedConsoleOptions): Promise<Response> {
  if (!isSameOrigin(context.req.raw)) return signInPage(403);
  const form = new URLSearchParams((await context.req.text()).slice(0, longestForm));
  const wanted = await token();
  if (!isSame(form.get('token') ?? undefined, wanted)) {
    log.warn('a sign-in to the console was refused');
    return signInPage(403);
  }
  log.info('an operator has signed in to the console');
  const attributes = `Path=/; Max-Age=${sessionSeconds}; Secure; HttpOnly; SameSite=Strict`;
  const cookie = `${cookieName}=${openSession(wanted, clock.now())}; ${attributes}`;
  return new Response(null, { status: 303, headers: { ...guardHeaders, Location: '/', 'Set-Cookie': cookie } });
}
