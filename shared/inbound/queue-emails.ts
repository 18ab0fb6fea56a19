import { toOutboundJob } from '../contracts/outbound-job.ts';
import type { LedgerPart } from '../contracts/records.ts';
import type { EmailDecision } from '../records/emails.ts';
import { inTurn } from './in-turn.ts';
import type { InboundPorts } from './inbound-ports.ts';

/**
 * Queues every email of an accepted mail that is not under way yet, and ends the mail as relayed. Run again after a
 * crash it queues only what is still missing; a second job for one email is harmless, since only one can claim it.
 * @param parts what became of the mail's files, where it is known; the ledger is asked when absent
 */
export async function queueEmails(ports: InboundPorts, mailId: string, parts?: readonly LedgerPart[]): Promise<void> {
  const { emails, outboundQueue, ledger, log } = ports;
  const waiting = (await emails.ofGroup(mailId)).filter(({ state }) => state === 'submitted' || state === 'queued');
  await inTurn(waiting, (email) => emails.change(email.emailId, toQueued, [], email));
  if (waiting.length > 0) await outboundQueue.send(waiting.map(({ emailId }) => toOutboundJob(emailId)));
  await ledger.move(mailId, ['accepted'], 'relayed', {}, parts);
  log.info('mail relayed', { mailId, queued: waiting.length });
}

const toQueued: EmailDecision = ({ state }) => (state === 'submitted' ? { state: 'queued' } : undefined);
