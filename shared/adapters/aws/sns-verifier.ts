import { verify } from 'node:crypto';
import { parseSnsMessage, type SnsMessage } from '../../contracts/sns-message.ts';
import { PermanentMailError } from '../../errors/mail-error.ts';
import type { Clock } from '../../ports/platform.ts';
import { toSignedText } from './sns-signed-text.ts';
import type { SigningKeys } from './sns-signing-keys.ts';
import { pinSigningUrl } from './sns-signing-url.ts';

export interface SnsVerifierOptions {
  /** The only topics that are believed. */
  readonly topicArns: readonly string[];
  readonly signingKeys: SigningKeys;
  readonly clock: Clock;
}

/** A message that SNS has signed, for a topic of ours, within the hour. */
export interface VerifiedSnsMessage {
  readonly message: SnsMessage;
  /** Since it was published; 0 for one from within the allowed skew of clocks. */
  readonly ageSeconds: number;
}

/** SNS's retries for one HTTPS subscriber end within the hour, so that no honest message is older. */
export const mostAgeSeconds = 3_600;
/** Clocks of honest machines differ by seconds. */
export const mostSkewSeconds = 300;

const hashes = { '1': 'sha1', '2': 'sha256' } as const;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Verifies what was posted as a message of SNS: cheap checks first, so that a stranger causes neither a look-up nor
 * arithmetic.
 *
 * 1. Its shape, its topic, its time.
 * 2. The place of its certificate.
 * 3. The signature, of version 1 (SHA-1) or 2 (SHA-256), over the fields that AWS names for its type.
 *
 * The verifier throws `PermanentMailError` `ERR_BAD_EVENT` for what is no message, `ERR_NOT_AUTHENTICATED` for what is
 * not believed; `TransientMailError` `ERR_TOPIC_UNAVAILABLE` when the certificate cannot be had now.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export function createSnsVerifier({ topicArns, signingKeys, clock }: SnsVerifierOptions) {
  const topics = new Set(topicArns);
  return async (body: string): Promise<VerifiedSnsMessage> => {
    const message = parseSnsMessage(body);
    if (!topics.has(message.TopicArn)) throw refusal('the topic is not one that is listened to');
    const ageSeconds = ageOf(message, clock.now());
    const url = pinSigningUrl(message.SigningCertURL, message.TopicArn);
    const { key } = await signingKeys(url);
    if (!isSigned(message, key)) throw refusal('the signature is not of this message');
    return { message, ageSeconds };
  };
}

function ageOf({ Timestamp }: SnsMessage, now: Date): number {
  const seconds = (now.getTime() - Date.parse(Timestamp)) / 1000;
  if (seconds > mostAgeSeconds) throw refusal(`the message is older than ${mostAgeSeconds} s`);
  if (seconds < -mostSkewSeconds) throw refusal(`the message is from more than ${mostSkewSeconds} s in the future`);
  return Math.max(0, seconds);
}

function isSigned(message: SnsMessage, key: Parameters<typeof verify>[2]): boolean {
  const { Signature, SignatureVersion } = message;
  if (!base64.test(Signature)) return false;
  const text = Buffer.from(toSignedText(message), 'utf8');
  return verify(hashes[SignatureVersion], text, key, Buffer.from(Signature, 'base64'));
}

function refusal(reason: string): PermanentMailError {
  return new PermanentMailError('ERR_NOT_AUTHENTICATED', reason);
}
