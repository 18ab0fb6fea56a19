import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, expect } from 'vitest';
import { createSmtpMailSender, type SmtpMailSender } from '../../../../shared/adapters/mail/smtp-mail-sender.ts';
import type { Logger } from '../../../../shared/ports/logger.ts';
import type { OutgoingMail } from '../../../../shared/ports/mail-sender.ts';
import { type SmtpScript, startScriptedServer } from './smtp-mail-sender-script.ts';

export const mime = 'Subject: hi\r\nFrom: n@example.com\r\n\r\nbody\r\n.dot\r\n';

/** One mail to send, with what a test wants otherwise. */
export function mail(changes: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    emailId: 'email-00000001',
    mailFrom: 'n@example.com',
    rcptTo: 'reader@x.example',
    openMime: async () => Readable.from([Buffer.from(mime)]),
    sizeBytes: mime.length,
    emailTags: {},
    ...changes,
  };
}

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A sender that is closed after the test. */
export function sender(
  url: string,
  options: { timeoutSeconds?: number; requireTls?: boolean } = {},
  log?: Logger,
): SmtpMailSender {
  const created = createSmtpMailSender({ url, ...options }, log);
  closers.push(() => created.close());
  return created;
}

/** A scripted server that is closed after the test. */
export async function scripted(script: SmtpScript) {
  const server = await startScriptedServer(script);
  closers.push(server.close);
  return server;
}

export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

/** A real SMTP server without STARTTLS, closed after the test, and what it received. */
export async function smtpServer(options: SMTPServerOptions = {}): Promise<{ host: string; received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData: async (stream, session, callback) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      const { mailFrom, rcptTo } = session.envelope;
      received.push({
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map((one) => one.address),
        raw: Buffer.concat(chunks).toString('latin1'),
      });
      callback();
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  closers.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { host: `127.0.0.1:${(server.server.address() as AddressInfo).port}`, received };
}

/** An error of ours with this code. */
export const failing = (code: string) => expect.objectContaining({ code });
