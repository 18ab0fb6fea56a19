import type { MiddlewareHandler } from 'hono';
import { createRateLimit, type RateLimitSettings } from '../../shared/links/rate-limit.ts';
import type { Clock } from '../../shared/ports/platform.ts';
import { page } from './pages.ts';

export interface GatewayLimits {
  readonly perToken: RateLimitSettings;
  readonly perClient: RateLimitSettings;
}

/** A download manager resumes in many parts; nobody presses faster than this. */
const perToken = { burst: 300, perSecond: 20 };
/** Behind one address there may be a whole company. */
const perClient = { burst: 1000, perSecond: 100 };

export const defaultLimits: GatewayLimits = { perToken, perClient };

/** What an answer's environment tells of who asks: a socket of one machine, or the event of an HTTP API. */
interface ClientFacts {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
  readonly requestContext?: { readonly http?: { readonly sourceIp?: string } };
}

/**
 * Answers 429 to whoever asks too often, before anything is looked up: a token that exists and one that does not are
 * refused alike. On AWS the stage's throttle counts across instances, this one within each.
 */
export function rateLimits(clock: Clock, limits: GatewayLimits): MiddlewareHandler {
  const clients = createRateLimit(clock, limits.perClient);
  const tokens = createRateLimit(clock, limits.perToken);
  return async (context, next) => {
    const facts = context.env as ClientFacts | undefined;
    const client = facts?.incoming?.socket?.remoteAddress ?? facts?.requestContext?.http?.sourceIp;
    const token = context.req.path.split('/', 3)[2]?.slice(0, 64) ?? '';
    const waitSeconds = Math.max(client === undefined ? 0 : clients.take(client), tokens.take(token));
    if (waitSeconds > 0) return page(context.req.raw, 'limited', { retryAfterSeconds: waitSeconds });
    return next();
  };
}
