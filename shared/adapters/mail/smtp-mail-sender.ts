import { MailError, PermanentMailError } from '../../errors/mail-error.ts';
import { isAddress } from '../../mail/address.ts';
import type { Logger } from '../../ports/logger.ts';
import type { MailSender, OutgoingMail, SendReceipt } from '../../ports/mail-sender.ts';
import { toSmtpError } from './smtp-mail-sender-errors.ts';
import { openSmtpPool, type SmtpPool } from './smtp-mail-sender-pool.ts';
import { sesFields, trackMessage } from './smtp-mail-sender-stream.ts';
import { parseSmtpUrl } from './smtp-mail-sender-url.ts';

/** Which server, how long, and how guarded. */
export interface SmtpMailSenderOptions {
  /** `smtp://[user:pass@]host:port` or `smtps://…` */
  readonly url: string;
  /** The longest one attempt may take; 60 by default. RFC 5321 §4.5.3.2 allows servers minutes, a claim does not. */
  readonly timeoutSeconds?: number;
  /** Refuses a server without STARTTLS; by default only where a password would pass a network in the clear. */
  readonly requireTls?: boolean;
}

/** A mail sender that holds connections. */
export interface SmtpMailSender extends MailSender {
  /** Ends idle connections at once and busy ones after their mail. */
  close(): void;
}

const defaultTimeoutSeconds = 60;

/**
 * Hands mails to an SMTP server over a few kept connections. One attempt each: nothing is queued again, and after the
 * whole mail was sent without an answer the attempt is `ERR_SEND_UNCERTAIN`. TLS is used where the server offers it,
 * and its certificate is checked, except on this machine.
 * @throws PermanentMailError `ERR_SETTING` when the URL is not an SMTP URL
 * @see RFC 5321, RFC 3207, RFC 4954
 */
export function createSmtpMailSender(options: SmtpMailSenderOptions, log?: Logger): SmtpMailSender {
  const endpoint = parseSmtpUrl(options.url);
  const timeoutSeconds = options.timeoutSeconds ?? defaultTimeoutSeconds;
  const requireTls = options.requireTls ?? (endpoint.credentials !== undefined && !endpoint.isLoopback);
  const pool = openSmtpPool(endpoint, requireTls, timeoutSeconds);
  return {
    settlement: 'none',
    timeoutSeconds,
    send: (mail) => sendOnce(pool, mail, timeoutSeconds, log),
    close: () => pool.close(),
  };
}

async function sendOnce(
  pool: SmtpPool,
  mail: OutgoingMail,
  timeoutSeconds: number,
  log: Logger | undefined,
): Promise<SendReceipt> {
  if (!isAddress(mail.mailFrom) || !isAddress(mail.rcptTo)) {
    throw new PermanentMailError('ERR_BAD_ADDRESS', 'an envelope address is not local@domain in ASCII');
  }
  const fields = sesFields(mail);
  const source = await mail.openMime();
  const message = trackMessage(source, fields);
  try {
    const reply = await pool.attempt({
      mailFrom: mail.mailFrom,
      rcptTo: mail.rcptTo,
      sizeBytes: mail.sizeBytes + fields.length,
      stream: message.stream,
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    return { transportId: toTransportId(reply) };
  } catch (error) {
    const failure = message.failure();
    if (failure !== undefined) throw failure;
    const mapped = error instanceof MailError ? error : toSmtpError(error, message.isHandedOver());
    log?.warn('smtp send failed', { emailId: mail.emailId, errorCode: mapped.code, ...mapped.details });
    throw mapped;
  } finally {
    message.stream.destroy();
    source.destroy();
  }
}

const maxTransportIdLength = 200;

/** The queue id in the server's last reply, where it tells one: `250 2.0.0 Ok: queued as 4B1C2`, SES's `250 Ok 0100…`. */
function toTransportId(response: string): string {
  const text = response
    .replace(/^\d{3}[ -]/, '')
    .replace(/[^\x21-\x7e]+/g, ' ')
    .trim();
  const queued = /queued as <?([^\s>;]+)/i.exec(text)?.[1] ?? /^(?:\d\.\d\.\d )?ok:? <?([^\s>;]+)>?$/i.exec(text)?.[1];
  return (queued ?? text).slice(0, maxTransportIdLength);
}
