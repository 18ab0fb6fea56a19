import { PermanentMailError } from '../../errors/mail-error.ts';

/** An SMTP server, and the credentials for it. */
export interface SmtpEndpoint {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (RFC 8314 §3.3), as `smtps:` says. */
  readonly isImplicitTls: boolean;
  readonly credentials?: { readonly user: string; readonly password: string };
  /** The server is this machine: what is said to it passes no network. */
  readonly isLoopback: boolean;
}

/**
 * Reads `smtp://[user:pass@]host[:port]` or `smtps://…`; ports 587 and 465 when none is given (RFC 8314 §3.3).
 * User and password are percent-encoded.
 * @throws PermanentMailError `ERR_SETTING`; the message never shows the URL, which holds the password
 */
export function parseSmtpUrl(text: string): SmtpEndpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    throw fault('is not smtp://[user:pass@]host:port or smtps://…');
  }
  if (url.search !== '' || url.hash !== '' || !/^\/?$/.test(url.pathname)) {
    throw fault('has a path, a query or a fragment; only smtp://[user:pass@]host:port is allowed');
  }
  if (url.username === '' && url.password !== '') throw fault('has a password without a user');
  const isImplicitTls = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: url.port === '' ? (isImplicitTls ? 465 : 587) : Number(url.port),
    isImplicitTls,
    isLoopback: /^(?:localhost|127(?:\.\d+){3}|::1)$/.test(host),
    ...(url.username === '' ? {} : { credentials: { user: decode(url.username), password: decode(url.password) } }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw fault('has a user or password that is not percent-encoded');
  }
}

function fault(what: string): PermanentMailError {
  return new PermanentMailError('ERR_SETTING', `the SMTP URL ${what}`);
}
