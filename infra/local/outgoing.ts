import type { Mailbox } from '../../shared/adapters/local/mailbox.ts';
import type { Logger } from '../../shared/ports/logger.ts';
import type { MailSender } from '../../shared/ports/mail-sender.ts';
import type { LocalConfig } from '../../shared/runtime/local-config.ts';

/** How mail leaves. */
export interface Outgoing {
  readonly kind: 'mailbox' | 'smtp' | 'ses';
  readonly sender: MailSender;
  close(): void;
}

/** The transport that the settings name: an SMTP server, SES or a stand-in for it, or else the local mailbox. */
export async function openOutgoing(config: LocalConfig, mailbox: Mailbox, log: Logger): Promise<Outgoing> {
  if (config.smtpRelay !== undefined) return openSmtp(config.smtpRelay, log);
  if (config.sesEndpoint !== undefined) return openSes(config.sesEndpoint);
  return { kind: 'mailbox', sender: mailbox.sender, close() {} };
}

async function openSmtp(url: string, log: Logger): Promise<Outgoing> {
  const { createSmtpMailSender } = await import('../../shared/adapters/mail/smtp-mail-sender.ts');
  const sender = createSmtpMailSender({ url }, log);
  return { kind: 'smtp', sender, close: () => sender.close() };
}

/** A stand-in asks for no real key, but the SDK signs every request: where none is set, it gets a made-up one. */
async function openSes(endpoint: string): Promise<Outgoing> {
  const { createSesClient } = await import('../../shared/adapters/aws/aws-clients.ts');
  const { createSesMailSender } = await import('../../shared/adapters/aws/ses-mail-sender.ts');
  const hasCredentials = process.env.AWS_ACCESS_KEY_ID !== undefined || process.env.AWS_PROFILE !== undefined;
  const client = createSesClient({
    endpoint,
    region: process.env.AWS_REGION ?? 'us-east-1',
    ...(hasCredentials ? {} : { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
  return { kind: 'ses', sender: createSesMailSender({ client }), close: () => client.destroy() };
}
