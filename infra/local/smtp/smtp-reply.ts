import { type ErrorCode, errorStatus } from '../../../shared/errors/codes.ts';
import { toErrorCode } from '../../../shared/errors/mail-error.ts';

/** An answer that is not yes: smtp-server sends `responseCode` and the message, which begins with the RFC 3463 status. */
export class SmtpReply extends Error {
  override readonly name = 'SmtpReply';
  readonly responseCode: number;

  constructor(responseCode: number, text: string) {
    super(text);
    this.responseCode = responseCode;
  }
}

/** The codes of the list that have an answer of their own. */
const replies: Partial<Record<ErrorCode, readonly [responseCode: number, text: string]>> = {
  ERR_DISK_FULL: [452, 'the disk is full, try again later'],
  ERR_TOO_LARGE: [552, 'the mail is too large'],
  ERR_ROUTE_UNKNOWN: [550, 'no such recipient here'],
};

/**
 * The answer to a mail that was not stored. What is not known is temporary: the client keeps the mail and tries again.
 * @see RFC 5321 §4.2.3
 */
export function toSmtpReply(error: unknown): SmtpReply {
  const code = toErrorCode(error);
  const known = replies[code];
  if (known === undefined) return new SmtpReply(451, '4.3.0 the mail could not be stored, try again later');
  const [responseCode, text] = known;
  return new SmtpReply(responseCode, `${errorStatus[code]} ${text}`);
}
