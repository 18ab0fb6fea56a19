import type { Server } from 'node:net';
import { PermanentMailError } from '../../shared/errors/mail-error.ts';
import { hasCode } from './private-file.ts';

export interface ListenOptions {
  /** Names the setting in an error: `LIGHTERMAIL_SMTP_PORT`. */
  readonly setting: string;
  readonly bind: string;
  /** 0: a free port. */
  readonly port: number;
}

export interface Listening {
  readonly port: number;
  readonly servers: readonly Server[];
}

/** A free port of IPv4 may be taken on IPv6: another one is tried this often. */
const freePortTries = 10;

/**
 * Listens on one address; on `127.0.0.1` also on `::1` with the same port where the machine has IPv6, because
 * `localhost` may mean either.
 * @throws PermanentMailError `ERR_SETTING` when the port or the address cannot be had
 */
export async function listen(makeServer: () => Server, options: ListenOptions): Promise<Listening> {
  for (let attempt = 1; ; attempt += 1) {
    const first = makeServer();
    const port = await open(first, options.bind, options);
    if (options.bind !== '127.0.0.1') return { port, servers: [first] };
    const second = makeServer();
    try {
      await open(second, '::1', { ...options, port });
      return { port, servers: [first, second] };
    } catch (error) {
      if (error instanceof PermanentMailError && isWithoutAddress(error.cause)) return { port, servers: [first] };
      first.close();
      if (options.port !== 0 || attempt === freePortTries) throw error;
    }
  }
}

function open(server: Server, host: string, options: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(toSettingError(error, host, options));
    server.once('error', fail);
    server.listen({ host, port: options.port, ipv6Only: true }, () => {
      server.off('error', fail);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : options.port);
    });
  });
}

function isWithoutAddress(error: unknown): boolean {
  return hasCode(error, 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL');
}

function toSettingError(error: Error, host: string, options: ListenOptions): Error {
  const { setting, port } = options;
  const fault = (text: string) => new PermanentMailError('ERR_SETTING', text, { cause: error });
  if (hasCode(error, 'EADDRINUSE')) {
    return fault(`${setting} is ${port}: another process listens there; choose another port, or 0 for a free one`);
  }
  if (hasCode(error, 'EACCES'))
    return fault(`${setting} is ${port}: this user may not listen there; choose 1024 or more`);
  if (isWithoutAddress(error)) return fault(`LIGHTERMAIL_BIND is "${host}": this machine does not have the address`);
  return error;
}
