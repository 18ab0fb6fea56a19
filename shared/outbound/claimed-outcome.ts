import type { EmailRecord } from '../contracts/records.ts';
import { toErrorCode } from '../errors/mail-error.ts';
import type { SendReceipt } from '../ports/mail-sender.ts';
import type { Emails } from '../records/emails.ts';
import type { OutboundPorts } from './outbound-ports.ts';

/** A claim given back: no owner, no deadline, not waiting. */
export const released = { owner: null, deadlineAt: null, dueAt: null } as const;

type Outcome = Parameters<Emails['change']>[1] extends (email: EmailRecord) => infer Decision ? Decision : never;

/** Applies the outcome only while the claim is still ours: a slower worker must not overwrite a later truth. */
export function owned(email: EmailRecord, outcome: Outcome) {
  return (current: EmailRecord) => (current.state === 'sending' && current.owner === email.owner ? outcome : undefined);
}

/**
 * Applies what an accepted mail means also where the claim was taken for abandoned meanwhile, by a process whose clock
 * is ahead: as long as nobody has made another attempt, the uncertain one is ours, and no longer uncertain.
 */
function ownedOrUncertain(email: EmailRecord, outcome: Outcome) {
  return (current: EmailRecord) => {
    const isOurs = current.state === 'uncertain' && current.attempts === email.attempts;
    return isOurs ? outcome : owned(email, outcome)(current);
  };
}

/** Writes that follow an accepted mail are worth several tries: each failure could become a double send. Waits in between. */
const sentWritePausesMs = [100, 300, 900, 2700] as const;

/** Records an accepted mail; answers the error when the store did not take it in all its tries. */
export async function recordAccepted(
  ports: OutboundPorts,
  email: EmailRecord,
  receipt: SendReceipt,
): Promise<{ readonly error: unknown } | undefined> {
  const { emails, clock, timer, log } = ports;
  const { emailId } = email;
  const fields = { ...released, code: null, uncertainSince: null, transportId: receipt.transportId };
  for (let tries = 0; ; tries += 1) {
    try {
      const sentAt = clock.now().toISOString();
      const sent = ownedOrUncertain(email, { state: 'sent', fields: { ...fields, sentAt } });
      await emails.change(emailId, sent, [], email);
      log.info('email sent', { emailId });
      return undefined;
    } catch (error) {
      const pauseMs = sentWritePausesMs[tries];
      if (pauseMs === undefined) {
        // Left `sending`: at its deadline it counts as uncertain, and the transport's own event settles it.
        log.error('the mail is accepted but its record could not be written', error, { emailId });
        return { error };
      }
      log.warn('the record of an accepted mail could not be written yet', { emailId, code: toErrorCode(error) });
      await timer.wait(pauseMs);
    }
  }
}
