import { createSesClient } from '../adapters/aws/aws-clients.ts';
import { createSesMailSender } from '../adapters/aws/ses-mail-sender.ts';
import { createSmtpMailSender } from '../adapters/mail/smtp-mail-sender.ts';
import type { Logger } from '../ports/logger.ts';
import type { MailSender } from '../ports/mail-sender.ts';
import type { NatsRelayConfig } from './nats-config.ts';

/** What mail goes out by, and how it is closed. */
export interface RelaySender {
  readonly sender: MailSender;
  close(): void;
}

/** The whole of a send has 30 s. */
const timeoutSeconds = 30;

/** The transport of `MAIL_TRANSPORT`: an SMTP server, by STARTTLS wherever it is offered, or SES's own API. */
export function openRelaySender({ transport, smtp, isEventing }: NatsRelayConfig, log: Logger): RelaySender {
  if (transport === 'ses') {
    return { sender: createSesMailSender({ client: createSesClient(), timeoutSeconds }), close() {} };
  }
  // With a user set, a server without STARTTLS is refused: the password must not pass in the clear.
  const sender = createSmtpMailSender({ url: toUrl(smtp), timeoutSeconds, requireTls: smtp.user !== undefined }, log);
  // Events are SES's: where they are recorded, the server is SES's SMTP interface, and its Send event settles a send.
  return { sender: isEventing ? { ...sender, settlement: 'events' } : sender, close: () => sender.close() };
}

function toUrl({ host, port, user, password }: NatsRelayConfig['smtp']): string {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const credentials = user === undefined ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}@`;
  return `smtp://${credentials}${name}:${port}`;
}
