import { recordRetentionDays } from '../../infra/topology.ts';
import type { EmailRecord, MessageClass } from '../contracts/records.ts';
import { parseSesEvent, type SesEvent } from '../contracts/ses-event.ts';
import { isRetryable, toErrorCode } from '../errors/mail-error.ts';
import type { Clock } from '../ports/platform.ts';
import type { Change } from '../ports/record-store.ts';
import { keys } from '../records/keys.ts';
import { recordExpiry, toAttributes } from '../records/repository.ts';
import { applySesEvent } from './apply-ses-event.ts';
import type { EngagementOutcome, EngagementPorts } from './engagement-ports.ts';

export type { EngagementPorts } from './engagement-ports.ts';

export type EngagementEnd = 'done' | 'skippedDuplicate';

/**
 * Records what SES tells about an email: once per event id, in whatever order events come.
 *
 * 1. Read the event; one that is malformed, or not about an email of ours, is acknowledged and counted.
 * 2. Keep an event whose email is not recorded yet until it is.
 * 3. Suppress the address of a hard bounce or a complaint.
 * 4. Keep the event and merge it into the email, in one commit, with the group's counters.
 *
 * @throws TransientMailError `ERR_STORE_UNAVAILABLE` when the store does not answer: the event is received again
 */
export async function recordEvent(ports: EngagementPorts, body: string): Promise<EngagementEnd> {
  const event = readEvent(ports, body);
  if (event === undefined) return 'done';
  const { emailId } = event;
  const outcome = await recordParsedEvent(ports, emailId, event);
  if (outcome !== undefined) return end(ports, outcome, event);
  if (isExpired(ports, event)) return end(ports, 'expired', event);

  await ports.orphans.keep(emailId, event);
  // The email may have been recorded since it was looked for: then nobody else would look again soon.
  await replayOrphans(ports, emailId);
  return end(ports, 'orphaned', event);
}

/** Merges an event into its email; `undefined` when there is no such email. */
export async function recordParsedEvent(
  ports: EngagementPorts,
  emailId: string,
  event: SesEvent,
): Promise<'recorded' | 'duplicate' | undefined> {
  const email = await ports.emails.read(emailId);
  if (email === undefined) return undefined;
  await suppress(ports, event, email);
  const change = await ports.emails.change(emailId, (current) => applySesEvent(current, event), [
    keepEvent(ports.clock, emailId, event),
  ]);
  if (change === undefined) return undefined;
  return change.changed ? 'recorded' : 'duplicate';
}

/** Records the events that came before their email; answers how many. Each leaves its place only once recorded. */
export async function replayOrphans(ports: EngagementPorts, emailId: string): Promise<number> {
  let count = 0;
  for (const orphan of await ports.orphans.ofEmail(emailId)) {
    const outcome = await recordParsedEvent(ports, emailId, orphan.event);
    if (outcome === undefined) break;
    await ports.orphans.remove(orphan);
    end(ports, outcome, orphan.event);
    count += 1;
  }
  return count;
}

function readEvent(ports: EngagementPorts, body: string): (SesEvent & { readonly emailId: string }) | undefined {
  const { log, count, storeName } = ports;
  try {
    const event = parseSesEvent(body);
    const reason = 'foreign' in event ? event.foreign : foreignReason(event, storeName);
    if (!('foreign' in event) && event.emailId !== undefined && reason === undefined) {
      return { ...event, emailId: event.emailId };
    }
    log.info('event ignored', { outcome: 'foreign', reason });
    count?.('foreign');
  } catch (error) {
    if (isRetryable(error)) throw error;
    log.warn('event ignored', { outcome: 'malformed', code: toErrorCode(error) });
    count?.('malformed');
  }
  return undefined;
}

function foreignReason(event: SesEvent, storeName: string | undefined): string | undefined {
  if (event.emailId === undefined) return 'no email id';
  const isElsewhere = storeName !== undefined && event.storeTag !== undefined && event.storeTag !== storeName;
  return isElsewhere ? 'another store' : undefined;
}

/** The record of so old a mail is gone: half a record must not be made of its last events. */
function isExpired({ clock }: EngagementPorts, event: SesEvent): boolean {
  return clock.now().getTime() - Date.parse(event.mailAt) >= recordRetentionDays * 86_400_000;
}

function end({ log, count }: EngagementPorts, outcome: EngagementOutcome, event: SesEvent): EngagementEnd {
  count?.(outcome);
  log.info('event recorded', { emailId: event.emailId, type: event.type, outcome });
  return outcome === 'duplicate' ? 'skippedDuplicate' : 'done';
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

const usualClass: MessageClass = 'transactional';

/** Before the event is kept, so that a crash between the two repeats both; a known event suppresses no one anew. */
async function suppress({ emails, suppression }: EngagementPorts, event: SesEvent, email: EmailRecord): Promise<void> {
  const isHardBounce = event.type === 'Bounce' && event.bounceType === 'Permanent';
  if (!isHardBounce && event.type !== 'Complaint') return;
  if (await emails.hasEvent(email.emailId, event.eventId)) return;
  if (isHardBounce) await suppression.add(email.rcptTo, 'all', 'bounce');
  else await suppression.add(email.rcptTo, email.messageClass ?? usualClass, 'complaint');
}
