import type { EmailRecord } from '../contracts/records.ts';
import { TransientMailError } from '../errors/mail-error.ts';
import type { Clock } from '../ports/platform.ts';
import type { Emails } from '../records/emails.ts';
import type { InFlightMessages } from './in-flight-messages.ts';
import type { DeliverRelayMail, RelayMail } from './send-email.ts';

/** The outbound relay's one attempt on a recorded email; `true` when the mail was taken over, or is suppressed. */
export type RelayInline = (emailId: string, deadline: Date) => Promise<boolean>;

export interface TrackedPorts {
  readonly emails: Pick<Emails, 'create'>;
  readonly messages: Pick<InFlightMessages, 'hold' | 'drop'>;
  readonly relay: RelayInline;
  readonly clock: Clock;
}

/**
 * Delivers with a record: it is there before the attempt, so that an answer that was lost can still be told from a mail
 * that was never sent. A store that does not answer at that point lets nothing be sent.
 *
 * 1. Record the email.
 * 2. Relay it, once.
 */
export function deliverTracked(ports: TrackedPorts): DeliverRelayMail {
  const { emails, messages, relay, clock } = ports;
  return async (mail) => {
    const email = toRecord(mail, clock.now());
    messages.hold(email.mimeKey, mail.mime);
    try {
      await emails.create(email);
      if (clock.now() >= mail.deadline) {
        throw new TransientMailError('ERR_OUT_OF_TIME', 'recording the email took all of its time: nothing was sent');
      }
      return await relay(mail.emailId, mail.deadline);
    } finally {
      messages.drop(email.mimeKey);
    }
  };
}

function toRecord(mail: RelayMail, now: Date): EmailRecord {
  const at = now.toISOString();
  const { emailId, groupId, mailFrom, rcptTo, subject } = mail;
  return {
    ...{ emailId, groupId, mailFrom, rcptTo, subject },
    state: 'submitted',
    mimeKey: `mime/${emailId}`,
    sizeBytes: mail.mime.length,
    intact: false,
    attempts: 0,
    possibleDuplicate: false,
    revision: 1,
    createdAt: at,
    changedAt: at,
  };
}
