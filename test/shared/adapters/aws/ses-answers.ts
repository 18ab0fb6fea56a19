import type { ErrorCode } from '../../../../shared/errors/codes.ts';
import type { SesBehaviour } from '../../../support/ses-endpoint.ts';

/** One answer of SES and what must be made of it. */
export interface SesAnswer {
  readonly what: string;
  readonly answer: SesBehaviour;
  readonly code: ErrorCode;
  /** The shortest and the longest wait that may be asked for; none: no wait is named. */
  readonly wait?: readonly [number, number];
}

/** An answer that refuses, as SES writes it. */
export function refusal(status: number, name: string, message = 'refused'): SesBehaviour {
  return { do: 'error', status, name, message };
}

/** SES's words when more is sent in a second than is allowed. */
export const rate = 'Maximum sending rate exceeded.';
const unverified = 'Email address is not verified. The following identities failed the check';

/** Every row of the table of SES's errors, and what networks do. */
export const sesAnswers: readonly SesAnswer[] = [
  {
    what: 'too many requests',
    answer: refusal(429, 'TooManyRequestsException', rate),
    code: 'ERR_SEND_THROTTLED',
    wait: [1, 30],
  },
  { what: 'throttling', answer: refusal(400, 'ThrottlingException', rate), code: 'ERR_SEND_THROTTLED', wait: [1, 30] },
  {
    what: 'daily quota',
    answer: refusal(429, 'TooManyRequestsException', 'Daily message quota exceeded.'),
    code: 'ERR_SEND_QUOTA',
    wait: [900, 3600],
  },
  { what: 'limit exceeded', answer: refusal(400, 'LimitExceededException'), code: 'ERR_SEND_QUOTA', wait: [900, 3600] },
  {
    what: 'sending paused',
    answer: refusal(400, 'SendingPausedException'),
    code: 'ERR_SEND_PAUSED',
    wait: [900, 3600],
  },
  {
    what: 'sending paused for one configuration set',
    answer: refusal(400, 'SendingPausedException', 'Sending is paused for this configuration set.'),
    code: 'ERR_SEND_PAUSED',
    wait: [900, 3600],
  },
  {
    what: 'account suspended',
    answer: refusal(400, 'AccountSuspendedException'),
    code: 'ERR_SEND_PAUSED',
    wait: [900, 3900],
  },
  {
    what: 'MAIL FROM domain not verified',
    answer: refusal(400, 'MailFromDomainNotVerifiedException'),
    code: 'ERR_SENDER_NOT_VERIFIED',
    wait: [900, 3900],
  },
  {
    what: 'identity not verified',
    answer: refusal(400, 'MessageRejected', unverified),
    code: 'ERR_SENDER_NOT_VERIFIED',
    wait: [900, 3900],
  },
  { what: 'content rejected', answer: refusal(400, 'MessageRejected', 'Illegal content'), code: 'ERR_SEND_REJECTED' },
  {
    what: 'bad request',
    answer: refusal(400, 'BadRequestException', 'Local address contains control or whitespace'),
    code: 'ERR_SEND_REJECTED',
  },
  {
    what: 'bad request for size',
    answer: refusal(400, 'BadRequestException', 'Message length is more than 41943040 bytes long'),
    code: 'ERR_TOO_LARGE',
  },
  {
    what: 'no such configuration set',
    answer: refusal(404, 'NotFoundException'),
    code: 'ERR_CONFIGURATION_SET',
    wait: [60, 3600],
  },
  {
    what: 'no such identity',
    answer: refusal(404, 'NotFoundException', 'Email identity does not exist.'),
    code: 'ERR_SENDER_NOT_VERIFIED',
    wait: [900, 3900],
  },
  { what: 'nameless 408', answer: { do: 'error', status: 408 }, code: 'ERR_SEND_TEMPORARY', wait: [1, 30] },
  { what: 'nameless 429', answer: { do: 'error', status: 429 }, code: 'ERR_SEND_THROTTLED', wait: [1, 30] },
  { what: 'access denied', answer: refusal(403, 'AccessDeniedException'), code: 'ERR_CREDENTIALS', wait: [1, 600] },
  { what: 'expired token', answer: refusal(400, 'ExpiredTokenException'), code: 'ERR_CREDENTIALS', wait: [1, 600] },
  { what: 'wrong signature', answer: refusal(403, 'SignatureDoesNotMatch'), code: 'ERR_CREDENTIALS', wait: [1, 600] },
  { what: 'clock too far off', answer: refusal(403, 'RequestTimeTooSkewed'), code: 'ERR_CREDENTIALS', wait: [1, 600] },
  {
    what: 'unrecognized client',
    answer: refusal(403, 'UnrecognizedClientException'),
    code: 'ERR_CREDENTIALS',
    wait: [1, 600],
  },
  { what: '413', answer: refusal(413, 'RequestEntityTooLargeException'), code: 'ERR_TOO_LARGE' },
  { what: 'unknown 4xx', answer: refusal(409, 'ConflictException'), code: 'ERR_SEND_REJECTED' },
  { what: 'nameless 403', answer: { do: 'error', status: 403 }, code: 'ERR_CREDENTIALS', wait: [1, 600] },
  { what: 'internal error', answer: refusal(500, 'InternalServiceErrorException'), code: 'ERR_SEND_UNCERTAIN' },
  { what: 'accepted, then 500', answer: { do: 'accept-then-500' }, code: 'ERR_SEND_UNCERTAIN' },
  { what: 'bad gateway', answer: { do: 'error', status: 502 }, code: 'ERR_SEND_UNCERTAIN' },
  { what: 'unavailable', answer: { do: 'error', status: 503 }, code: 'ERR_SEND_UNCERTAIN' },
  { what: 'gateway timeout', answer: { do: 'error', status: 504 }, code: 'ERR_SEND_UNCERTAIN' },
  {
    what: 'concurrent modification',
    answer: refusal(500, 'ConcurrentModificationException'),
    code: 'ERR_SEND_UNCERTAIN',
  },
  { what: 'reset after the request', answer: { do: 'reset', accepted: false }, code: 'ERR_SEND_UNCERTAIN' },
  { what: 'reset after it was accepted', answer: { do: 'reset', accepted: true }, code: 'ERR_SEND_UNCERTAIN' },
  { what: 'no answer in time', answer: { do: 'stall', accepted: true }, code: 'ERR_SEND_UNCERTAIN' },
  { what: '200 without JSON', answer: { do: 'garbage' }, code: 'ERR_SEND_UNCERTAIN' },
];
