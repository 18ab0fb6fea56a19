import { type EmailState, finalMailStates, type MailState } from '../contracts/records.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Emails } from './emails.ts';
import type { Ledger } from './ledger.ts';

const countedMails: readonly MailState[] = [...finalMailStates, 'stuck'];
const countedEmails: readonly EmailState[] = [
  ...['sent', 'delivered', 'bounced', 'complained', 'failed', 'suppressed', 'uncertain'],
] as const satisfies readonly EmailState[];

/** A ledger that counts each mail's end in the very call that brought it about: as often as there are ends. */
export function countMails(ledger: Ledger, metrics: Metrics): Ledger {
  return {
    ...ledger,
    async move(mailId, from, to, facts, parts) {
      const answer = await ledger.move(mailId, from, to, facts, parts);
      if (answer.moved && countedMails.includes(to)) metrics.count('mails', { state: to, code: facts?.code ?? 'none' });
      return answer;
    },
  };
}

/** Emails whose outcomes are counted, each when it is written. */
export function countEmails(emails: Emails, metrics: Metrics): Emails {
  return {
    ...emails,
    async change(emailId, decide, extra, known) {
      let before: EmailState | undefined;
      const decideAndNote: typeof decide = (email) => {
        before = email.state;
        return decide(email);
      };
      const answer = await emails.change(emailId, decideAndNote, extra, known);
      const after = answer?.changed === true ? answer.email.state : before;
      if (after !== undefined && after !== before && countedEmails.includes(after)) {
        metrics.count('emails', { outcome: after });
      }
      return answer;
    },
  };
}
