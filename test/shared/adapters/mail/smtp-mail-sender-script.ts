import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What a scripted server does with the next line it gets; `data` is the whole message when its end has come. */
export type SmtpScript = (
  event: { readonly verb: string; readonly data?: string },
  socket: Socket,
) => string | undefined;

export interface ScriptedServer {
  readonly url: string;
  /** Sessions opened so far. */
  sessions(): number;
  close(): Promise<void>;
}

/** Answers as a plain SMTP server does; `undefined` says nothing, for a script that hangs up or stays silent itself. */
export function politely(verb: string): string {
  if (verb === 'CONNECT') return '220 test ESMTP';
  if (verb === 'DATA') return '354 go on';
  if (verb === 'EHLO') return '250-test\r\n250 8BITMIME';
  return verb === 'QUIT' ? '221 bye' : '250 2.0.0 Ok: queued as 4B1C2';
}

/** An SMTP server whose every answer a test decides, on a free port of the loopback interface. */
export async function startScriptedServer(script: SmtpScript): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  let sessions = 0;
  const server = createServer((socket) => {
    sessions += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    converse(socket, script);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sessions: () => sessions,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function converse(socket: Socket, script: SmtpScript): void {
  let pending = '';
  let isData = false;
  const say = (event: Parameters<SmtpScript>[0]) => {
    const answer = script(event, socket);
    if (answer !== undefined && socket.writable) socket.write(`${answer}\r\n`);
    return answer ?? '';
  };
  const next = (): boolean => {
    const ending = isData ? '\r\n.\r\n' : '\r\n';
    const end = pending.indexOf(ending);
    if (end < 0) return false;
    const line = pending.slice(0, end);
    pending = pending.slice(end + ending.length);
    if (isData) {
      isData = false;
      say({ verb: 'END', data: `${line}\r\n` });
    } else {
      const verb = (line.split(' ')[0] ?? '').toUpperCase();
      isData = say({ verb }).startsWith('354');
    }
    return true;
  };
  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1');
    while (next());
  });
  say({ verb: 'CONNECT' });
}
