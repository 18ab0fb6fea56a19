import type { RelayMessage, WriteRelayMessage } from '../contracts/relay-message.ts';
import type { RelayErrorReply, SendEmailReply } from '../contracts/relay-reply.ts';
import { parseSendEmail, type SendEmailRequest } from '../contracts/relay-request.ts';
import type { Logger } from '../ports/logger.ts';
import type { Clock } from '../ports/platform.ts';
import { type AllowedSend, checkSend } from './check-send.ts';
import type { RelaySettings } from './relay-settings.ts';

/** A mail of the relay, written and ready for its one attempt. */
export interface RelayMail {
  readonly emailId: string;
  readonly groupId: string;
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly subject: string;
  readonly mime: Uint8Array;
  /** When the caller must have its answer. */
  readonly deadline: Date;
}

/** Makes the one attempt; `true` when the mail has found its end as the caller wished, throws or `false` when not. */
export type DeliverRelayMail = (mail: RelayMail) => Promise<boolean>;

export interface SendEmailPorts {
  readonly settings: RelaySettings;
  readonly write: WriteRelayMessage;
  readonly deliver: DeliverRelayMail;
  /** A new UUID (RFC 9562). */
  readonly newUuid: () => string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Sending may take 30 s, of which two are left for the reply; unit: milliseconds. */
const sendDeadlineMs = 28_000;

const nothingSent: SendEmailReply = { email_id: '', group_id: '' };

/**
 * Answers `send_email`, after the attempt: the caller learns whether the mail was taken over.
 *
 * 1. Read and check the request; the first failure answers.
 * 2. Stop, as a success, where the recipient is filtered out or sending is switched off.
 * 3. Write the message.
 * 4. Deliver it, once.
 */
export async function sendEmail(ports: SendEmailPorts, data: Uint8Array): Promise<SendEmailReply | RelayErrorReply> {
  const request = parseSendEmail(data);
  if (request === undefined) return { error: 'invalid request payload' };
  const check = checkSend(request, ports.settings);
  if ('refused' in check) return { error: check.refused };

  if ('skipped' in check) {
    ports.log.info('email skipped', { reason: 'the recipient is outside the allowed domains' });
    return nothingSent;
  }
  if (!ports.settings.isEnabled) {
    ports.log.info('email skipped', { reason: 'sending is switched off' });
    return nothingSent;
  }

  const emailId = ports.newUuid();
  try {
    const mail = toMail(ports, request, check.allowed, emailId);
    if (mail !== undefined && (await ports.deliver(mail))) return { email_id: emailId, group_id: mail.groupId };
    ports.log.warn('email was not delivered', { emailId });
  } catch (error) {
    ports.log.error('email was not delivered', error, { emailId });
  }
  return { error: 'email delivery failed' };
}

/** The mail that is asked for, or `undefined` when its recipient is no address. */
function toMail(
  { write, newUuid, clock }: SendEmailPorts,
  request: SendEmailRequest,
  { from, to, replyTo }: AllowedSend,
  emailId: string,
): RelayMail | undefined {
  if (to === undefined) return undefined;
  const groupId = request.group_id === '' ? newUuid() : request.group_id;
  const { subject, text, html } = request;
  const date = clock.now();
  const content = { emailId, groupId, from, to, subject, text, html, date };
  const message: RelayMessage = replyTo === undefined ? content : { ...content, replyTo };
  const deadline = new Date(date.getTime() + sendDeadlineMs);
  return { emailId, groupId, mailFrom: from.address, rcptTo: to, subject, mime: write(message), deadline };
}
