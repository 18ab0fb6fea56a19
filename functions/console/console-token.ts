import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

/**
 * Asks for the console's token: as `Authorization: Bearer <token>`, or as the password of Basic authentication with
 * any user name, which is what a browser can send.
 * @see RFC 6750 §2.1, RFC 7617
 */
export function consoleToken(token: string): MiddlewareHandler {
  return async (context, next) => {
    if (isSame(tokenOf(context.req.header('authorization')), token)) return next();
    return context.text('the console token is needed\n', 401, {
      'www-authenticate': 'Basic realm="Lightermail", charset="UTF-8"',
    });
  };
}

/** The token that an Authorization field holds, if any. */
export function tokenOf(authorization = ''): string | undefined {
  const [scheme, value] = authorization.split(' ', 2);
  if (value === undefined) return undefined;
  if (scheme?.toLowerCase() === 'bearer') return value;
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : undefined;
}

/** Whether what was given is what is wanted, in a time that tells nothing of either. */
export function isSame(given: string | undefined, wanted: string): boolean {
  return given !== undefined && timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
