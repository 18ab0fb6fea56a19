import { PermanentMailError } from '../../errors/mail-error.ts';

/** Servers of one cluster, and as whom to connect. */
export interface NatsServers {
  /** `host:port` each. */
  readonly servers: string[];
  readonly isTls: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
}

const defaultPort = 4222;

/**
 * Reads `nats://[user:pass@|token@]host[:port]`, also `tls://`, also several with commas between them; the first one that
 * has credentials gives them. User, password and token are percent-encoded.
 * @throws PermanentMailError `ERR_SETTING`; the message never shows the URL, which can hold a password
 */
export function parseNatsUrl(text: string): NatsServers {
  const urls = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map(toUrl);
  const first = urls.find((url) => url.username !== '');
  if (urls.length === 0) throw fault('is empty');
  return {
    servers: urls.map((url) => `${url.hostname}:${url.port === '' ? defaultPort : url.port}`),
    isTls: urls.some((url) => url.protocol === 'tls:'),
    ...(first === undefined ? {} : credentialsOf(first)),
  };
}

function toUrl(text: string): URL {
  const whole = /^[a-z]+:\/\//i.test(text) ? text : `nats://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || url.hostname === '' || !/^(?:nats|tls):$/.test(url.protocol)) {
    throw fault('is not nats://[user:pass@]host:port or tls://…');
  }
  return url;
}

function credentialsOf(url: URL): Partial<NatsServers> {
  const user = decode(url.username);
  return url.password === '' ? { token: user } : { user, password: decode(url.password) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw fault('has a user or password that is not percent-encoded');
  }
}

function fault(what: string): PermanentMailError {
  return new PermanentMailError('ERR_SETTING', `NATS_URL ${what}`);
}
