import type { EmailRecord } from '../contracts/records.ts';
import { parseSesEvent, type SesEvent } from '../contracts/ses-event.ts';
import { TransientMailError } from '../errors/mail-error.ts';
import type { Logger } from '../ports/logger.ts';
import type { Clock } from '../ports/platform.ts';
import type { Change } from '../ports/record-store.ts';
import type { Emails } from '../records/emails.ts';
import { keys } from '../records/keys.ts';
import { recordExpiry, toAttributes } from '../records/repository.ts';
import type { Suppression } from '../records/suppression.ts';
import { applySesEvent } from './apply-ses-event.ts';

export interface EngagementPorts {
  readonly emails: Emails;
  readonly suppression: Suppression;
  readonly clock: Clock;
  readonly log: Logger;
}

export type EngagementEnd = 'done' | 'skippedDuplicate';

/**
 * Records what SES tells about an email: once per event id, in whatever order events come.
 *
 * 1. Read the event; one that is not about an email of ours is acknowledged and counted.
 * 2. Suppress the address of a hard bounce or a complaint.
 * 3. Keep the event and merge it into the email, in one commit.
 *
 * @throws TransientMailError `ERR_STORE_CONFLICT` when the email is not recorded yet: the event is received again
 */
export async function recordEvent(ports: EngagementPorts, body: string): Promise<EngagementEnd> {
  const event = parseSesEvent(body);
  if ('foreign' in event || event.emailId === undefined) {
    ports.log.info('event ignored', { reason: 'foreign' in event ? event.foreign : 'no email id' });
    return 'done';
  }
  const { emailId } = event;
  const email = await ports.emails.read(emailId);
  if (email === undefined)
    throw new TransientMailError('ERR_STORE_CONFLICT', 'the email of an event is not recorded yet');
  await suppress(ports, event, email);
  const change = await ports.emails.change(emailId, (current) => applySesEvent(current, event), [
    keepEvent(ports.clock, emailId, event),
  ]);
  const end = change?.changed === true ? 'done' : 'skippedDuplicate';
  ports.log.info('event recorded', { emailId, type: event.type, end });
  return end;
}

/** The event as an item of its own: its id is what makes a repetition known, however late it comes. */
function keepEvent(clock: Clock, emailId: string, event: SesEvent): Change {
  const { eventId, type, at, bounceType, bounceSubType, complaintFeedbackType, sesMessageId } = event;
  const facts = { eventId, type, at, bounceType, bounceSubType, complaintFeedbackType, sesMessageId };
  return {
    type: 'put',
    record: { ...keys.emailEvent(emailId, eventId), ...toAttributes(facts), expiresAt: recordExpiry(clock) },
    when: { is: 'absent' },
  };
}

async function suppress({ suppression }: EngagementPorts, event: SesEvent, email: EmailRecord): Promise<void> {
  if (event.type === 'Bounce' && event.bounceType === 'Permanent') await suppression.add(email.rcptTo, 'all', 'bounce');
  if (event.type === 'Complaint') await suppression.add(email.rcptTo, 'transactional', 'complaint');
}
