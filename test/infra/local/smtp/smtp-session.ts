import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A typed SMTP session: what is said is written as it is, what comes back is read reply by reply. */
export interface SmtpSession {
  readonly socket: Socket;
  /** The next whole reply, its lines joined by LF. */
  reply(): Promise<string>;
  /** Writes the text and a CRLF, answers the reply. */
  say(line: string): Promise<string>;
  write(text: string | Uint8Array): void;
  /** Everything after STARTTLS's 220. */
  upgrade(): Promise<SmtpSession>;
  closed(): Promise<void>;
}

export async function openSession(port: number, host = '127.0.0.1'): Promise<SmtpSession> {
  const session = overSocket(connect({ port, host }));
  await session.reply();
  return session;
}

/** What a server says to whoever connects. */
export async function readGreeting(port: number): Promise<string> {
  const session = overSocket(connect({ port, host: '127.0.0.1' }));
  const greeting = await session.reply();
  session.socket.destroy();
  return greeting;
}

/** A session after EHLO and, as asked, the envelope. */
export async function openTransaction(port: number, ...rcptTo: readonly string[]): Promise<SmtpSession> {
  const session = await openSession(port);
  await session.say('EHLO device.example.com');
  await session.say('MAIL FROM:<device@example.com>');
  for (const address of rcptTo) await session.say(`RCPT TO:<${address}>`);
  return session;
}

function overSocket(socket: Socket): SmtpSession {
  const replies: string[] = [];
  const waiting: ((reply: string) => void)[] = [];
  let rest = '';
  let current: string[] = [];
  const onClose = Promise.withResolvers<void>();
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      current.push(line);
      if (line[3] === '-') continue;
      deliver(current.join('\n'));
      current = [];
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    deliver('closed');
    onClose.resolve();
  });
  function deliver(reply: string): void {
    const next = waiting.shift();
    if (next === undefined) replies.push(reply);
    else next(reply);
  }
  const session: SmtpSession = {
    socket,
    reply() {
      const ready = replies.shift();
      if (ready !== undefined) return Promise.resolve(ready);
      return new Promise((resolve) => waiting.push(resolve));
    },
    say(line) {
      socket.write(`${line}\r\n`, 'latin1');
      return session.reply();
    },
    write: (text) => {
      socket.write(text);
    },
    async upgrade() {
      socket.removeAllListeners('data');
      const secure = connectTls({ socket, rejectUnauthorized: false });
      await new Promise((resolve) => secure.once('secureConnect', resolve));
      return overSocket(secure);
    },
    closed: () => onClose.promise,
  };
  return session;
}
