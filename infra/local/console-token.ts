import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

/**
 * Asks for the console's token: as `Authorization: Bearer <token>`, or as the password of Basic authentication with
 * any user name, which is what a browser can send.
 * @see RFC 6750 §2.1, RFC 7617
 */
export function consoleToken(token: string): MiddlewareHandler {
  const wanted = digest(token);
  return async (context, next) => {
    const given = givenToken(context.req.header('authorization') ?? '');
    if (given !== undefined && timingSafeEqual(digest(given), wanted)) return next();
    return context.text('the console token is needed\n', 401, {
      'www-authenticate': 'Basic realm="Lightermail", charset="UTF-8"',
    });
  };
}

function givenToken(authorization: string): string | undefined {
  const [scheme, value] = authorization.split(' ', 2);
  if (value === undefined) return undefined;
  if (scheme?.toLowerCase() === 'bearer') return value;
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
