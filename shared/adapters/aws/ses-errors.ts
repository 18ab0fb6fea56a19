import type { ErrorCode, PermanentCode, TransientCode } from '../../errors/codes.ts';
import { errorStatus } from '../../errors/codes.ts';
import { type MailError, PermanentMailError, TransientMailError } from '../../errors/mail-error.ts';
import type { OutgoingMail } from '../../ports/mail-sender.ts';
import { type AwsErrorFacts, isCredentialError, toAwsErrorFacts } from './aws-errors.ts';

/** One row: an answer of SES, what it means, and how long to wait; the first row that fits decides. */
export interface SesErrorRow {
  readonly names?: readonly string[];
  /** HTTP status, first and last that are meant. */
  readonly status?: readonly [number, number];
  readonly message?: RegExp;
  readonly code: ErrorCode;
  /** What else the fault is about than this mail: other mails of the same scope wait with it. */
  readonly scope?: 'account' | 'identity' | 'configuration-set';
  /** Shortest and longest wait before the next attempt; unit: seconds. One in between is drawn, so that waiters spread. */
  readonly retryAfterSeconds?: readonly [number, number];
}

const throttled = ['TooManyRequestsException', 'ThrottlingException', 'Throttling', 'TooManyRequests'];
const aMinute = [60, 120] as const;
const aQuarter = [900, 960] as const;
const aQuarterToAnHour = [900, 3600] as const;
const anHour = [3600, 3900] as const;

/**
 * What SES answers to SendEmail. An answer of class 4xx means that the mail was not taken; a 5xx may mean anything.
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
 */
export const sesErrorRows: readonly SesErrorRow[] = [
  {
    names: throttled,
    message: /daily|quota/i,
    code: 'ERR_SEND_QUOTA',
    scope: 'account',
    retryAfterSeconds: aQuarterToAnHour,
  },
  { names: throttled, code: 'ERR_SEND_THROTTLED', retryAfterSeconds: [1, 30] },
  { names: ['LimitExceededException'], code: 'ERR_SEND_QUOTA', scope: 'account', retryAfterSeconds: aQuarterToAnHour },
  {
    names: ['SendingPausedException'],
    message: /configuration set/i,
    code: 'ERR_SEND_PAUSED',
    scope: 'configuration-set',
    retryAfterSeconds: aQuarter,
  },
  { names: ['SendingPausedException'], code: 'ERR_SEND_PAUSED', scope: 'account', retryAfterSeconds: aQuarter },
  { names: ['AccountSuspendedException'], code: 'ERR_SEND_PAUSED', scope: 'account', retryAfterSeconds: anHour },
  {
    names: ['MailFromDomainNotVerifiedException'],
    code: 'ERR_SENDER_NOT_VERIFIED',
    scope: 'identity',
    retryAfterSeconds: anHour,
  },
  {
    names: ['MessageRejected'],
    message: /not verified/i,
    code: 'ERR_SENDER_NOT_VERIFIED',
    scope: 'identity',
    retryAfterSeconds: anHour,
  },
  { names: ['MessageRejected'], code: 'ERR_SEND_REJECTED' },
  { names: ['BadRequestException'], message: /message (length|size)|too large/i, code: 'ERR_TOO_LARGE' },
  { names: ['BadRequestException'], code: 'ERR_SEND_REJECTED' },
  {
    names: ['NotFoundException'],
    message: /identity/i,
    code: 'ERR_SENDER_NOT_VERIFIED',
    scope: 'identity',
    retryAfterSeconds: aQuarter,
  },
  {
    names: ['NotFoundException'],
    code: 'ERR_CONFIGURATION_SET',
    scope: 'configuration-set',
    retryAfterSeconds: aQuarter,
  },
  // A policy can allow one identity and not another; what is wrong with the credentials themselves comes below.
  {
    names: ['AccessDeniedException', 'AccessDenied', 'NotAuthorized'],
    code: 'ERR_CREDENTIALS',
    scope: 'identity',
    retryAfterSeconds: aMinute,
  },
  { names: ['InternalServiceErrorException', 'InternalFailure'], code: 'ERR_SEND_UNCERTAIN' },
  { status: [408, 408], code: 'ERR_SEND_TEMPORARY', retryAfterSeconds: [1, 30] },
  { status: [413, 413], code: 'ERR_TOO_LARGE' },
  { status: [429, 429], code: 'ERR_SEND_THROTTLED', retryAfterSeconds: [1, 30] },
  { status: [400, 499], code: 'ERR_SEND_REJECTED' },
];

const credentialRow: SesErrorRow = { code: 'ERR_CREDENTIALS', scope: 'account', retryAfterSeconds: aMinute };
const unreachableRow: SesErrorRow = { code: 'ERR_SEND_UNREACHABLE', retryAfterSeconds: [5, 60] };
const uncertainRow: SesErrorRow = { code: 'ERR_SEND_UNCERTAIN' };

/** Failures that come before a connection stands, by Node's code. */
const unreachableCodes: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETUNREACH',
  'ENOTFOUND',
]);
/** A certificate is judged before the request; other TLS errors (EPROTO, ERR_SSL_…) can come after it and prove nothing. */
const certificateCode =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|ERR_TLS_HANDSHAKE_|HOSTNAME_MISMATCH)/;
/** Texts of the client library and of Node for a connection, or its TLS, that was never established. */
const neverConnected = /did not establish a connection|before secure TLS connection was established/i;

/**
 * Whether it is certain that no byte of the request has left. Only positive evidence counts: whatever is not
 * recognised is uncertain, which costs time and never a second mail.
 */
function isBeforeTheRequest(facts: AwsErrorFacts): boolean {
  if (facts.httpStatus !== undefined) return false;
  const code = facts.nodeCode ?? '';
  if (unreachableCodes.has(code) || certificateCode.test(code)) return true;
  return facts.syscall === 'connect' || facts.syscall === 'getaddrinfo' || neverConnected.test(facts.message);
}

/** The row that an error falls under. */
function toRow(facts: AwsErrorFacts, begun: boolean): SesErrorRow {
  const row = sesErrorRows.find((one) => fits(one, facts));
  if (row?.names !== undefined) return row;
  if (isCredentialError(facts)) return credentialRow;
  if (row !== undefined) return row;
  return !begun || isBeforeTheRequest(facts) ? unreachableRow : uncertainRow;
}

function fits(row: SesErrorRow, facts: AwsErrorFacts): boolean {
  if (row.names !== undefined && !row.names.includes(facts.name)) return false;
  if (row.message !== undefined && !row.message.test(facts.message)) return false;
  if (row.status === undefined) return true;
  const [first, last] = row.status;
  return facts.httpStatus !== undefined && facts.httpStatus >= first && facts.httpStatus <= last;
}

/**
 * An error of SendEmail as an error of ours. `details.scope` says what the fault is about; `mail` when it is this mail
 * alone: in SES's sandbox a recipient must be verified as well, and one that is not says nothing about others.
 * @param begun whether the request had been handed to the network
 * @param random 0 to 1, draws the wait
 */
export function toSesMailError(
  error: unknown,
  begun: boolean,
  random: () => number,
  mail?: Pick<OutgoingMail, 'mailFrom' | 'rcptTo'>,
): MailError {
  const facts = toAwsErrorFacts(error);
  const row = toRow(facts, begun);
  const reason = [facts.name, facts.httpStatus, facts.nodeCode].filter((part) => part !== undefined).join(' ');
  const message = `ses SendEmail failed: ${reason}`;
  if (isPermanent(row.code)) return new PermanentMailError(row.code, message, { cause: error });
  const wait = row.retryAfterSeconds;
  const options = {
    ...(wait === undefined ? {} : { retryAfterSeconds: draw(wait, random) }),
    ...(row.scope === undefined ? {} : { details: { scope: scopeOf(row, facts, mail) } }),
  };
  return new TransientMailError(row.code as TransientCode, message, { cause: error, ...options });
}

/** SES names the identities that failed its check: only the recipient's, and the fault is not the sender's. */
function scopeOf(
  row: SesErrorRow,
  { message }: AwsErrorFacts,
  mail: Pick<OutgoingMail, 'mailFrom' | 'rcptTo'> | undefined,
): string {
  if (row.code !== 'ERR_SENDER_NOT_VERIFIED' || mail === undefined) return row.scope ?? 'mail';
  const text = message.toLowerCase();
  const names = (address: string) => text.includes(address.toLowerCase());
  return names(mail.rcptTo) && !names(mail.mailFrom) ? 'mail' : (row.scope ?? 'mail');
}

function isPermanent(code: ErrorCode): code is PermanentCode {
  return errorStatus[code].startsWith('5.');
}

function draw([least, most]: readonly [number, number], random: () => number): number {
  return least + Math.floor(random() * (most - least + 1));
}
