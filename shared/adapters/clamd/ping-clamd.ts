import { openClamd } from './open-clamd.ts';

const timeoutMs = 5_000;

/**
 * Whether ClamAV's daemon answers at the address, the path of its socket or `host:port`. Throws when it does not.
 * @see https://docs.clamav.net/manual/Usage/Scanning.html#clamd (PING)
 */
export function pingClamd(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = openClamd(address);
    let answer = '';
    const end = (error?: Error) => {
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    socket.setTimeout(timeoutMs, () => end(new Error('it is silent')));
    socket.setEncoding('utf8');
    socket.once('connect', () => socket.write('zPING\0'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(new Error(`it cannot be reached (${error.code})`)));
    socket.once('close', () => end(new Error('it has closed the connection')));
    socket.on('data', (part: string) => {
      answer = (answer + part).slice(0, 100);
      if (answer.includes('\0')) end(answer === 'PONG\0' ? undefined : new Error('it is no clamd'));
    });
  });
}
