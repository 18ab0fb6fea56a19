import { createReceiver, type Receiver } from '../../functions/sns-webhook/receive-message.ts';
import type { ArrivedEvent, TakeEvent } from '../../functions/sns-webhook/take-event.ts';
import { type WebhookLimits, webhookApp, webhookLimits } from '../../functions/sns-webhook/webhook-app.ts';
import { createSigningKeys } from '../../shared/adapters/aws/sns-signing-keys.ts';
import { createSnsVerifier } from '../../shared/adapters/aws/sns-verifier.ts';
import type { Clock } from '../../shared/ports/platform.ts';
import { createLogger } from '../../shared/runtime/logger.ts';
import { systemTimer } from '../../shared/runtime/system-timer.ts';
import { createManualClock } from './manual-clock.ts';
import { certificateUrl, type Signer, topicArn } from './sns-signer.ts';

export interface WebhookDeskOptions {
  readonly signer: Signer;
  readonly clock?: Clock;
  readonly take?: TakeEvent;
  readonly limits?: Partial<WebhookLimits>;
  readonly proxyCount?: number;
  /** What is fetched in place of the signer's certificate; throws to stand for a host that does not answer. */
  readonly fetchCertificate?: () => Promise<string | undefined>;
}

/** The subscriber's app over a signer that stands for SNS; what it takes and confirms is written down. */
export function openWebhookDesk(options: WebhookDeskOptions) {
  const { signer, clock = createManualClock() } = options;
  const taken: ArrivedEvent[] = [];
  const confirmed: (readonly [topicArn: string, token: string])[] = [];
  const logLines: string[] = [];
  const log = createLogger({ service: 'test', level: 'debug', write: (line) => logLines.push(line) });
  const known = async (url: string) => (url === certificateUrl ? signer.certificate : undefined);
  const signingKeys = createSigningKeys({ clock, fetchCertificate: options.fetchCertificate ?? known });
  const take = options.take ?? (async () => undefined);
  let isReady = true;
  const receiver: Receiver = createReceiver({
    sns: {
      verify: createSnsVerifier({ topicArns: [topicArn], signingKeys, clock }),
      subscriptions: {
        confirm: async (arn, token) => {
          confirmed.push([arn, token]);
        },
      },
    },
    take: async (event) => {
      taken.push(event);
      await take(event);
    },
    timer: systemTimer,
    log,
  });
  const app = webhookApp({
    ...{ receiver, clock, log, timer: systemTimer, proxyCount: options.proxyCount ?? 0 },
    isReady: () => isReady,
    limits: { ...webhookLimits, ...options.limits },
  });
  const post = async (body: string | object, headers: Record<string, string> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await app.request('/sns', { method: 'POST', body: text, headers });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  return {
    ...{ app, post, taken, confirmed, logLines, receiver },
    stopTaking() {
      isReady = false;
    },
  };
}
