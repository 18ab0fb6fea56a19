import type { Context } from 'hono';
import { isRetryable, MailError, toErrorCode } from '../../shared/errors/mail-error.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import { dataPolicy, guardHeaders } from './headers.ts';

type ApiStatus = 400 | 401 | 403 | 404 | 421 | 500 | 503;

/** An answer of the JSON API. */
export function json(value: unknown, status: 200 | ApiStatus = 200): Response {
  const headers = {
    ...guardHeaders,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Security-Policy': dataPolicy,
  };
  return new Response(JSON.stringify(value), { status, headers });
}

/** The one form of every refusal: `{"error":{"code","message"}}`. */
export function apiError(status: ApiStatus, code: string, message: string): Response {
  return json({ error: { code, message } }, status);
}

export function notFound(what: string): Response {
  return apiError(404, 'ERR_NOT_FOUND', `there is no such ${what}`);
}

/** A failure behind the API: 503 when the same call can succeed later, 500 otherwise. The cause goes to the log alone. */
export function apiFailure(log: Logger) {
  return (error: Error, _context: Context): Response => {
    log.error('the console could not answer', error);
    const code = toErrorCode(error);
    const isPassing = error instanceof MailError && isRetryable(error);
    return apiError(isPassing ? 503 : 500, code, isPassing ? 'try again in a moment' : 'see the log for the cause');
  };
}
