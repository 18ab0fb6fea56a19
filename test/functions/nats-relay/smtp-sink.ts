import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** A mail as the server took it over. */
export interface SunkMail {
  readonly mailFrom: string;
  readonly rcptTo: readonly string[];
  readonly raw: string;
}

export interface SmtpSink {
  readonly port: number;
  readonly mails: readonly SunkMail[];
  /** Mails that have arrived whole, whether they were answered or not. */
  arrivedCount(): number;
  /** From now on every mail is answered so; `undefined`: taken over. */
  refuse(reply: string | undefined): void;
  /** From now on mails are answered only when `go` is called. */
  hold(): () => void;
  close(): Promise<void>;
}

/** A real SMTP server on a free loopback port, without STARTTLS, that keeps what it is given in memory. */
export async function startSmtpSink({ keep = true }: { keep?: boolean } = {}): Promise<SmtpSink> {
  const mails: SunkMail[] = [];
  let arrived = 0;
  let reply: string | undefined;
  let gate: Promise<void> = Promise.resolve();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    async onData(stream, session, callback) {
      const raw = await buffer(stream);
      arrived += 1;
      const answer = reply;
      await gate;
      if (answer !== undefined) {
        callback(Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) }));
        return;
      }
      const { mailFrom, rcptTo } = session.envelope;
      const sender = mailFrom === false ? '' : mailFrom.address;
      if (keep)
        mails.push({ mailFrom: sender, rcptTo: rcptTo.map(({ address }) => address), raw: raw.toString('latin1') });
      callback(null, 'queued as 4B1C2');
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    mails,
    arrivedCount: () => arrived,
    refuse: (next) => {
      reply = next;
    },
    hold() {
      const held = Promise.withResolvers<void>();
      gate = held.promise;
      return held.resolve;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
