import { Readable } from 'node:stream';
import type { Logger } from '../ports/logger.ts';
import type { MailSender } from '../ports/mail-sender.ts';
import type { DeliverRelayMail } from './send-email.ts';

export interface UntrackedPorts {
  readonly sender: MailSender;
  readonly configurationSet?: string;
  readonly log: Logger;
}

/** Delivers where there is no store: one attempt, of which nothing is kept. An attempt without an answer counts as failed. */
export function deliverUntracked({ sender, configurationSet, log }: UntrackedPorts): DeliverRelayMail {
  return async ({ emailId, mailFrom, rcptTo, mime }) => {
    const { transportId } = await sender.send({
      ...{ emailId, mailFrom, rcptTo },
      openMime: async () => Readable.from([mime], { objectMode: false }),
      sizeBytes: mime.length,
      emailTags: { email_id: emailId },
      ...(configurationSet === undefined ? {} : { configurationSet }),
    });
    log.info('email sent, untracked', { emailId, transportId });
    return true;
  };
}
