import { connect, type Socket } from 'node:net';

/** @param address the path of clamd's socket, or `host:port` */
export function openClamd(address: string): Socket {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(address) ?? [];
  return host === undefined ? connect(address) : connect({ host, port: Number(port) });
}
