import { type ErrorCode, errorStatus, type PermanentCode, type TransientCode } from './codes.ts';

/** What may stand beside an error in a log line or a record: plain facts, never an address, a body or a token. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

interface MailErrorOptions {
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/** The base of every error that Lightermail raises itself: a code of the closed list and its RFC 3463 status. */
export class MailError extends Error {
  override readonly name: string = 'MailError';
  readonly code: ErrorCode;
  /** @see RFC 3463 §3 */
  readonly status: string;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: MailErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = errorStatus[code];
    this.details = options.details ?? {};
  }
}

/** Class 4: the same work can succeed later. */
export class TransientMailError extends MailError {
  override readonly name = 'TransientMailError';
  /** How long to wait before the next try, when the cause says so; unit: seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: TransientCode, message: string, options: MailErrorOptions & { retryAfterSeconds?: number } = {}) {
    super(code, message, options);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Class 5: the same work can never succeed as it is. */
export class PermanentMailError extends MailError {
  override readonly name = 'PermanentMailError';

  constructor(code: PermanentCode, message: string, options: MailErrorOptions = {}) {
    super(code, message, options);
  }
}

/** Whether the work behind an error is tried again: class 4 and everything unknown is, class 5 is not. */
export function isRetryable(error: unknown): boolean {
  return !(error instanceof MailError) || error.status.startsWith('4.');
}

/** The code that a record or a log line shows for any error at all. */
export function toErrorCode(error: unknown): ErrorCode {
  return error instanceof MailError ? error.code : 'ERR_INTERNAL';
}
