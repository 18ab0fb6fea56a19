import { createTransport } from 'nodemailer';
import type { SmtpEndpoint } from './smtp-mail-sender-url.ts';

export interface SmtpProbe extends SmtpEndpoint {
  /** Fails where the server offers no TLS. */
  readonly requireTls: boolean;
}

const timeoutMs = 8_000;

/**
 * Greets an SMTP server as a sender would: connects, says EHLO, begins TLS, logs in where there are credentials, and
 * leaves without sending anything. Throws what went wrong, in a few words without names or passwords.
 * @see RFC 5321 §4.1.1.1, RFC 3207
 */
export async function probeSmtp(probe: SmtpProbe): Promise<void> {
  const { host, port, isImplicitTls, isLoopback, credentials, requireTls } = probe;
  const transport = createTransport({
    ...{ host, port, secure: isImplicitTls, requireTLS: requireTls && !isImplicitTls },
    // A server on this machine has a certificate that it made itself.
    tls: { rejectUnauthorized: !isLoopback },
    ...(credentials === undefined ? {} : { auth: { user: credentials.user, pass: credentials.password } }),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
  });
  try {
    await transport.verify();
  } catch (cause) {
    throw new Error(tell(cause), { cause });
  } finally {
    transport.close();
  }
}

const words: Readonly<Record<string, string>> = {
  EAUTH: 'it refuses user or password',
  ETLS: 'TLS could not begin: none is offered, or the certificate does not hold',
  ECONNECTION: 'it does not answer',
  ESOCKET: 'it does not answer',
  ETIMEDOUT: 'it does not answer in time',
  EDNS: 'its name is not known',
  ENOTFOUND: 'its name is not known',
  ECONNREFUSED: 'nothing listens there',
};

function tell(cause: unknown): string {
  const { code, errno } = cause as { readonly code?: unknown; readonly errno?: unknown };
  const known = [code, errno].map(String).find((name) => Object.hasOwn(words, name));
  return (known && words[known]) ?? `it fails with ${String(code ?? 'an unknown error')}`;
}
