import type { EmailRecord } from '../contracts/records.ts';
import { owned, released } from './claimed-outcome.ts';
import type { OutboundPorts } from './outbound-ports.ts';

/**
 * The last look before the attempt at a claimed email: gives the claim back where the recipient takes no mail, or where
 * what the email tells of no longer holds. Answers the state that it then has.
 */
export async function stopClaimed(
  ports: OutboundPorts,
  email: EmailRecord,
): Promise<'suppressed' | 'canceled' | undefined> {
  const stop = await reasonToStop(ports, email);
  if (stop === undefined) return undefined;
  const fields = { ...released, attempts: email.attempts - 1 };
  await ports.emails.change(email.emailId, owned(email, { state: stop.state, fields }));
  ports.log.info(`email ${stop.state}`, { emailId: email.emailId, reason: stop.reason });
  return stop.state;
}

async function reasonToStop({ suppression, isStillDue }: OutboundPorts, email: EmailRecord) {
  const suppressed = await suppression.find(email.rcptTo, email.messageClass ?? 'transactional');
  if (suppressed !== undefined) return { state: 'suppressed', reason: suppressed.reason } as const;
  if (isStillDue === undefined || (await isStillDue(email))) return undefined;
  return { state: 'canceled', reason: 'what it tells of no longer holds' } as const;
}
