import { type Context, Hono } from 'hono';
import { isRetryable, PermanentMailError, toErrorCode } from '../../shared/errors/mail-error.ts';
import { createRateLimit, type RateLimitSettings } from '../../shared/links/rate-limit.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { Clock } from '../../shared/ports/platform.ts';
import type { Timer } from '../../shared/ports/timer.ts';
import { clientAddress } from './client-address.ts';
import { type BodyLimits, readBody } from './read-body.ts';
import type { Receiver } from './receive-message.ts';

export interface WebhookLimits {
  readonly body: BodyLimits;
  readonly perClient: RateLimitSettings;
  /** SNS waits about 15 s for an answer; this is when it gets one. */
  readonly answerWithinMs: number;
}

const maxSnsBytes = 262_144;
/** Envelope: URLs, signature and names. */
const envelopeBytes = 16_384;

export const webhookLimits: WebhookLimits = {
  /** SNS's largest message, twice as long where JSON escapes each of its characters. */
  body: { maxBytes: 2 * maxSnsBytes + envelopeBytes, withinMs: 5_000 },
  /** SNS sends from few addresses: its share is a busy hour's mail, at once. */
  perClient: { burst: 1_000, perSecond: 100 },
  answerWithinMs: 12_000,
};

export interface WebhookAppOptions {
  readonly receiver: Receiver;
  readonly proxyCount: number;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: Logger;
  /** Whether new work is taken. */
  readonly isReady: () => boolean;
  readonly limits?: WebhookLimits;
}

/**
 * What SNS does with each status decides which one it gets: 2xx ends the delivery, 4xx ends it as failed for good (the
 * message goes to the subscription's dead letters), everything else is tried again. So whatever an honest message can
 * meet by chance is 503, and the body never says why.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export function webhookApp(options: WebhookAppOptions): Hono {
  const { isReady, log, clock, limits = webhookLimits } = options;
  const clients = createRateLimit(clock, limits.perClient);
  const app = new Hono();
  app.get('/livez', (context) => answer(context, 200));
  app.get('/readyz', (context) => answer(context, isReady() ? 200 : 503));
  app.post('/sns', async (context) => {
    const waitSeconds = clients.take(clientAddress(context, options.proxyCount));
    if (waitSeconds > 0) return answer(context, 503, waitSeconds);
    if (!isReady()) return answer(context, 503);
    // Without its envelope a message has no signature either.
    if (context.req.header('x-amz-sns-rawdelivery') === 'true') return context.text(rawRefusal, 415, guardHeaders);
    return receive(context, options, limits);
  });
  app.all('/sns', (context) => answer(context, 405));
  app.notFound((context) => answer(context, 404));
  app.onError((error, context) => {
    log.error('web request failed', error);
    return answer(context, 503);
  });
  return app;
}

async function receive(context: Context, options: WebhookAppOptions, limits: WebhookLimits): Promise<Response> {
  const { receiver, timer, log } = options;
  const untilMs = timer.monotonicMs() + limits.answerWithinMs;
  const body = await readBody(context.req.raw, limits.body);
  if ('fault' in body) {
    log.warn('message of sns refused', { reason: body.fault });
    return answer(context, faultStatus[body.fault]);
  }
  try {
    await receiver.receive(body.text, untilMs);
    return answer(context, 200);
  } catch (error) {
    if (isRetryable(error)) {
      log.warn('message of sns must come again', { code: toErrorCode(error), reason: reasonOf(error) });
      return answer(context, 503);
    }
    log.warn('message of sns refused', { code: toErrorCode(error), reason: reasonOf(error) });
    return answer(context, toErrorCode(error) === 'ERR_NOT_AUTHENTICATED' ? 403 : 400);
  }
}

const faultStatus = { tooLarge: 413, tooSlow: 503, notText: 400 } as const;
const rawRefusal = 'raw message delivery carries no signature: turn it off for this subscription\n';

const guardHeaders = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

type Status = 200 | 400 | 403 | 404 | 405 | 413 | 503;

function answer(context: Context, status: Status, retryAfterSeconds?: number): Response {
  const text = status === 200 ? 'ok\n' : status === 503 ? 'try again\n' : 'refused\n';
  return context.text(text, status, {
    ...guardHeaders,
    ...(status === 405 ? { Allow: 'POST' } : {}),
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
  });
}

/** Our own errors hold nothing of the message; what others throw is not repeated. */
function reasonOf(error: unknown): string | undefined {
  return error instanceof PermanentMailError || toErrorCode(error) !== 'ERR_INTERNAL'
    ? (error as Error).message
    : undefined;
}
