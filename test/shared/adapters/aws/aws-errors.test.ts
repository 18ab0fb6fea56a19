import { describe, expect, it } from 'vitest';
import { toAwsMailError } from '../../../../shared/adapters/aws/aws-errors.ts';
import { sesErrorRows, toSesMailError } from '../../../../shared/adapters/aws/ses-errors.ts';
import { errorStatus } from '../../../../shared/errors/codes.ts';
import { PermanentMailError, type TransientMailError } from '../../../../shared/errors/mail-error.ts';

describe('toAwsMailError', () => {
  it('passes our own errors on and gives all others the port’s code', () => {
    const ours = new PermanentMailError('ERR_PARSE', 'x');
    expect(toAwsMailError(ours, 's3 PutObject', 'ERR_BLOB_UNAVAILABLE')).toBe(ours);
    for (const error of [undefined, null, 'text', 7, new Error('x'), { $metadata: null }]) {
      expect(toAwsMailError(error, 's3 PutObject', 'ERR_BLOB_UNAVAILABLE')).toMatchObject({
        code: 'ERR_BLOB_UNAVAILABLE',
      });
    }
  });

  it('H13 the message holds operation, name and status, and nothing of the SDK’s own message', () => {
    const error = Object.assign(
      new Error('User: arn:aws:iam::1:user/a is not authorized to https://x?X-Amz-Signature=1'),
      {
        name: 'AccessDenied',
        $metadata: { httpStatusCode: 403 },
      },
    );
    const mapped = toAwsMailError(error, 's3 GetObject', 'ERR_BLOB_UNAVAILABLE');
    expect([mapped.code, mapped.message, mapped.cause]).toEqual([
      'ERR_CREDENTIALS',
      's3 GetObject failed: AccessDenied 403',
      error,
    ]);
  });
});

describe('toSesMailError', () => {
  const withCode = (code: string, more: object = {}) => Object.assign(new Error('x'), { code, ...more });
  const connectTimeout = Object.assign(
    new Error('the request socket did not establish a connection with the server within the configured timeout'),
    { name: 'TimeoutError' },
  );

  it.each<[string, unknown]>([
    ['ENOTFOUND', withCode('ENOTFOUND', { syscall: 'getaddrinfo' })],
    ['EAI_AGAIN', withCode('EAI_AGAIN', { syscall: 'getaddrinfo' })],
    ['ECONNREFUSED', withCode('ECONNREFUSED', { syscall: 'connect' })],
    ['ETIMEDOUT of connect', withCode('ETIMEDOUT', { syscall: 'connect' })],
    ['a connect timeout of the library', connectTimeout],
    ['a certificate that is not trusted', withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE')],
    ['an expired certificate', withCode('CERT_HAS_EXPIRED')],
    ['a certificate of another host', withCode('ERR_TLS_CERT_ALTNAME_INVALID')],
  ])('F6 %s: unreachable, although the request was begun', (_what, error) => {
    expect(toSesMailError(error, true, Math.random).code).toBe('ERR_SEND_UNREACHABLE');
  });

  it.each<[string, unknown]>([
    ['ECONNRESET', withCode('ECONNRESET', { syscall: 'read' })],
    ['EPIPE', withCode('EPIPE', { syscall: 'write' })],
    ['ETIMEDOUT of the request', withCode('ETIMEDOUT')],
    ['EPROTO, a TLS alert', withCode('EPROTO', { syscall: 'write' })],
    ['a TLS error without a phase', withCode('ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC')],
    ['an error that is not known', new Error('something new')],
    ['no error at all', undefined],
  ])('F6 %s after the request was begun: uncertain; before: unreachable', (_what, error) => {
    expect(toSesMailError(error, true, Math.random).code).toBe('ERR_SEND_UNCERTAIN');
    expect(toSesMailError(error, false, Math.random).code).toBe('ERR_SEND_UNREACHABLE');
  });

  it('every row of refusal that is tried again names a wait, and no other row does', () => {
    for (const row of sesErrorRows) {
      const waits = errorStatus[row.code].startsWith('4.') && row.code !== 'ERR_SEND_UNCERTAIN';
      expect([row.code, row.retryAfterSeconds !== undefined]).toEqual([row.code, waits]);
    }
  });

  it.each([0, 0.5, 0.999999])('the wait is drawn from within the row’s bounds (%d)', (random) => {
    const error = toSesMailError({ name: 'TooManyRequestsException', message: 'rate' }, true, () => random);
    const { retryAfterSeconds } = error as TransientMailError;
    expect(retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect(retryAfterSeconds).toBeLessThanOrEqual(30);
  });
});
