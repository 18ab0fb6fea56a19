import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';
import type { SmtpCredentials } from './credential-secret.ts';

const longestSilenceMs = 10_000;
const longestReplyLines = 50;

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** The certificate to trust; absent: those that Node trusts. */
  readonly ca?: string;
  /** How long it may say nothing. */
  readonly silenceMs?: number;
}

/**
 * Whether an SMTP server takes the credentials, over TLS from the first byte; no mail is sent.
 * @throws Error when it cannot be asked: no connection, no answer in time, an answer that is neither yes nor no
 * @see RFC 4954 §4, RFC 8314 §3.3
 */
export async function isAcceptedBySmtp(
  { username, password }: SmtpCredentials,
  { silenceMs = longestSilenceMs, ...server }: SmtpServer,
): Promise<boolean> {
  const socket = connect({ ...server, servername: server.host, timeout: silenceMs });
  socket.once('timeout', () => socket.destroy(new Error('the SMTP server does not answer')));
  try {
    await once(socket, 'secureConnect');
    const replies = repliesOf(createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY }));
    const ask = async (command: string | undefined) => {
      if (command !== undefined) socket.write(`${command}\r\n`);
      const { value, done } = await replies.next();
      if (done) throw new Error('the SMTP server hung up');
      return value;
    };
    assertCode(await ask(undefined), 220);
    assertCode(await ask('EHLO lightermail.invalid'), 250);
    const response = Buffer.from(`\0${username}\0${password}`, 'utf8').toString('base64');
    const code = await ask(`AUTH PLAIN ${response}`);
    if (code === 235) socket.write('QUIT\r\n');
    else assertCode(code, 535);
    return code === 235;
  } finally {
    socket.destroy();
  }
}

/** The code of each reply; a reply of several lines ends with the one that has a blank after its code. */
async function* repliesOf(lines: AsyncIterable<string>): AsyncGenerator<number, undefined> {
  let lineCount = 0;
  for await (const line of lines) {
    lineCount += 1;
    if (lineCount > longestReplyLines) throw new Error('the SMTP server does not come to an end');
    if (/^\d{3}(?: |$)/.test(line)) yield Number(line.slice(0, 3));
  }
  return undefined;
}

function assertCode(code: number, expected: number): void {
  if (code !== expected) throw new Error(`the SMTP server answered ${code} where ${expected} was due`);
}
