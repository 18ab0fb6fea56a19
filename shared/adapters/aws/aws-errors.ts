import type { TransientCode } from '../../errors/codes.ts';
import { MailError, TransientMailError } from '../../errors/mail-error.ts';

/** The facts of an AWS SDK or network error that decide what it means. */
export interface AwsErrorFacts {
  /** The error's code as the service names it (`NoSuchKey`), or the name of a JavaScript error. */
  readonly name: string;
  readonly message: string;
  /** HTTP status; absent when no answer came. */
  readonly httpStatus?: number;
  /** Node's code of a network error, such as `ECONNRESET`. */
  readonly nodeCode?: string;
  /** The system call that failed, such as `connect`. */
  readonly syscall?: string;
}

/** Reads any thrown value; what it lacks is left out. */
export function toAwsErrorFacts(error: unknown): AwsErrorFacts {
  if (typeof error !== 'object' || error === null) return { name: 'Unknown', message: String(error) };
  const fields = error as Record<string, unknown>;
  const metadata = fields.$metadata as Record<string, unknown> | undefined;
  const httpStatus = metadata?.httpStatusCode;
  return {
    name: typeof fields.name === 'string' ? fields.name : 'Unknown',
    message: typeof fields.message === 'string' ? fields.message : '',
    ...(typeof httpStatus === 'number' ? { httpStatus } : {}),
    ...(typeof fields.code === 'string' ? { nodeCode: fields.code } : {}),
    ...(typeof fields.syscall === 'string' ? { syscall: fields.syscall } : {}),
  };
}

/**
 * Names that say: not with these credentials. All of them can pass by themselves (a role that is being changed, a
 * clock that is being set), so they are tried again; an operator has to look when they stay.
 */
const credentialNames: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthFailure',
  'AuthorizationError',
  'AuthorizationErrorException',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'InvalidToken',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
]);

/** Whether the caller's authority is the trouble: its keys, its clock, its policy, or the key that encrypts the data. */
export function isCredentialError(facts: AwsErrorFacts): boolean {
  if (credentialNames.has(facts.name) || /^KMS/i.test(facts.name)) return true;
  return facts.httpStatus === 401 || facts.httpStatus === 403;
}

/** Whether the answer says that there is no such thing, by name or by status 404. */
export function isNotFound(error: unknown): boolean {
  const { name, httpStatus } = toAwsErrorFacts(error);
  return name === 'NoSuchKey' || name === 'NotFound' || (httpStatus === 404 && name !== 'NoSuchBucket');
}

/**
 * Any error of an AWS client as an error of ours: `ERR_CREDENTIALS` where authority is the trouble, else the code of
 * the port. Errors of ours pass unchanged. The message holds the operation, the name and the status, nothing of the data.
 * @param operation what was tried, such as `s3 GetObject`
 */
export function toAwsMailError(error: unknown, operation: string, code: TransientCode): MailError {
  if (error instanceof MailError) return error;
  const facts = toAwsErrorFacts(error);
  const fate = isCredentialError(facts) ? 'ERR_CREDENTIALS' : code;
  const reason = [facts.name, facts.httpStatus, facts.nodeCode].filter((part) => part !== undefined).join(' ');
  return new TransientMailError(fate, `${operation} failed: ${reason}`, { cause: error });
}
