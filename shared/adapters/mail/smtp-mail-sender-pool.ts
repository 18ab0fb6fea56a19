import type { Readable } from 'node:stream';
import SMTPPool from 'nodemailer/lib/smtp-pool';
import type { SmtpEndpoint } from './smtp-mail-sender-url.ts';

const connectSeconds = 10;
/** Servers hang up on idle clients, and a connection that only one side still holds costs an attempt. */
const idleSeconds = 15;
const maxConnections = 5;

/** One attempt: the envelope (RFC 5321 §3.3), the bytes of the message, and when to give up. */
export interface SmtpAttempt {
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly sizeBytes: number;
  readonly stream: Readable;
  readonly signal: AbortSignal;
}

/** Connections to one server, kept for the mails that follow. */
export interface SmtpPool {
  /** Answers the server's last reply; rejects with nodemailer's error. The stream is not read before the server asks for the message. */
  attempt(attempt: SmtpAttempt): Promise<string>;
  close(): void;
}

/**
 * nodemailer's SMTP pool, given messages through its transport interface: the composer in front of it would read a small
 * message whole before the envelope is sent, and how far a message has come could not be known.
 */
export function openSmtpPool(endpoint: SmtpEndpoint, requireTls: boolean, timeoutSeconds: number): SmtpPool {
  const { credentials } = endpoint;
  const pool = new SMTPPool({
    host: endpoint.host,
    port: endpoint.port,
    secure: endpoint.isImplicitTls,
    requireTLS: requireTls && !endpoint.isImplicitTls,
    // A server on this machine has a certificate that it made itself; nobody can stand between it and here.
    tls: { rejectUnauthorized: !endpoint.isLoopback },
    ...(credentials === undefined ? {} : { auth: { user: credentials.user, pass: credentials.password } }),
    maxConnections,
    // A mail whose connection was closed is never sent again from here: the attempt is over.
    maxRequeues: 0,
    idleTimeout: idleSeconds * 1000,
    connectionTimeout: Math.min(connectSeconds, timeoutSeconds) * 1000,
    greetingTimeout: Math.min(connectSeconds, timeoutSeconds) * 1000,
    socketTimeout: timeoutSeconds * 1000,
    logger: false,
  });
  return {
    attempt: (attempt) =>
      new Promise((resolve, reject) => {
        pool.send(toPoolMessage(attempt), (error, info) => (error ? reject(error) : resolve(info?.response ?? '')));
      }),
    close: () => pool.close(),
  };
}

type PoolMessage = Parameters<SMTPPool['send']>[0];

/** What the pool asks of a message, and nothing else: it holds no path, URL or header that it could act on. */
function toPoolMessage({ mailFrom, rcptTo, sizeBytes, stream, signal }: SmtpAttempt): PoolMessage {
  const message = {
    getEnvelope: () => ({ from: mailFrom, to: [rcptTo], size: sizeBytes }),
    messageId: () => '',
    getHeader: () => '',
    createReadStream: () => stream,
  };
  return { data: { signal }, message } as unknown as PoolMessage;
}
