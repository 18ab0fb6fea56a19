import { createServer } from 'node:http';
import { PermanentMailError } from '../errors/mail-error.ts';

export interface HealthOptions {
  /** An IP address. */
  readonly bind: string;
  /** 0: a free port. */
  readonly port: number;
  /** Whether the process can do its work now. */
  readonly isReady: () => Promise<boolean>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Longer than this no probe waits: the answer is then that the process is not ready. */
const readyWithinMs = 2_000;

/**
 * `/livez`: the process answers at all. `/readyz`: it can do its work; 503 while it cannot.
 * @throws PermanentMailError `ERR_SETTING` when the port or the address cannot be had
 */
export async function serveHealth({ bind, port, isReady }: HealthOptions): Promise<HealthServer> {
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?')[0];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const status = !isRead || (path !== '/livez' && path !== '/readyz') ? 404 : await statusOf(path, isReady);
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    response.end(status === 200 ? 'ok\n' : status === 404 ? 'not found\n' : 'not ready\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new PermanentMailError('ERR_SETTING', `PORT ${port} on BIND ${bind} cannot be listened on`, { cause }));
    });
    server.listen({ host: bind, port }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function statusOf(path: string, isReady: () => Promise<boolean>): Promise<200 | 503> {
  if (path === '/livez') return 200;
  const late = AbortSignal.timeout(readyWithinMs);
  const tooLate = new Promise<false>((resolve) => late.addEventListener('abort', () => resolve(false), { once: true }));
  const ready = await Promise.race([isReady().catch(() => false), tooLate]);
  return ready ? 200 : 503;
}
