import type { MailSender, OutgoingMail } from '../../shared/ports/mail-sender.ts';

/** A transport that does as it is told and remembers each attempt. */
export interface FakeSender extends MailSender {
  readonly attempts: OutgoingMail[];
  /** Thrown by the next attempts, one each; after them every attempt succeeds. */
  readonly faults: Error[];
}

export function createFakeSender(settlement: MailSender['settlement'] = 'events'): FakeSender {
  const attempts: OutgoingMail[] = [];
  const faults: Error[] = [];
  return {
    attempts,
    faults,
    settlement,
    timeoutSeconds: 30,
    async send(mail) {
      attempts.push(mail);
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      return { transportId: `t${attempts.length}` };
    },
  };
}
