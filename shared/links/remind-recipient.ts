import { toOutboundJob } from '../contracts/outbound-job.ts';
import type { EmailState } from '../contracts/records.ts';
import type { JobQueue } from '../ports/job-queue.ts';
import type { Logger } from '../ports/logger.ts';
import type { RouteSource } from '../ports/platform.ts';
import type { Emails } from '../records/emails.ts';
import type { LinkRecords } from '../records/link-records.ts';
import type { Reminder } from '../records/reminders.ts';
import { type AssessReminderParts, assessReminder } from './assess-reminder.ts';
import { type MadeReminder, type WriteReminderParts, writeReminder } from './write-reminder.ts';

export interface RemindRecipientParts extends AssessReminderParts, WriteReminderParts, Pick<LinkRecords, 'reminders'> {
  readonly links: LinkRecords['links'];
  readonly emails: Emails;
  readonly routes: RouteSource;
  readonly outboundQueue: JobQueue;
  readonly log: Logger;
}

/** Not on its way yet, as far as is recorded. */
const unqueued: ReadonlySet<EmailState> = new Set(['submitted', 'queued']);

/**
 * Reminds one recipient of one mail, once, of files that wait to be fetched. Every step can run again and gives the
 * same result, and the email goes out the way of all email.
 *
 * 1. Look whether the reminder is still to be made.
 * 2. Decide: make it, look again later, or end it.
 * 3. Settle which links it names: from here on it is one mail.
 * 4. Write its message and its record.
 * 5. Queue it, and end the reminder.
 */
export async function remindRecipient(
  parts: RemindRecipientParts,
  { mailId, recipientHash }: Pick<Reminder, 'mailId' | 'recipientHash'>,
): Promise<'done' | 'skippedDuplicate'> {
  const { reminders, emails, outboundQueue, clock, log } = parts;
  const planned = await reminders.read(mailId, recipientHash);
  if (planned === undefined || planned.state === 'ended') return 'skippedDuplicate';
  if (planned.state === 'waiting' && planned.dueAt > clock.now().toISOString()) return 'skippedDuplicate';
  const route = (await parts.routes.routes()).find(({ id }) => id === planned.routeId);
  const made = isMade(planned) ? planned : await make(parts, planned, route);
  if (made === undefined) return 'done';

  const { emailId, state } = await writeReminder(parts, made, route);
  if (unqueued.has(state)) {
    await emails.change(emailId, (email) => (email.state === 'submitted' ? { state: 'queued' } : undefined));
    await outboundQueue.send([toOutboundJob(emailId)]);
    log.info('reminder queued', { mailId, emailId, fileCount: made.linkIds.length });
  }
  await reminders.change(made, { state: 'ended', end: 'sent as an email' });
  return 'done';
}

type Route = Parameters<typeof assessReminder>[2];

/** Settles what the reminder names, or answers `undefined` when it is not made now. */
async function make(parts: RemindRecipientParts, reminder: Reminder, route: Route): Promise<MadeReminder | undefined> {
  const { reminders, clock, log } = parts;
  const assessed = await assessReminder(parts, reminder, route);
  if ('laterAt' in assessed) {
    await reminders.change(reminder, { dueAt: assessed.laterAt.toISOString() });
    return undefined;
  }
  if ('end' in assessed) {
    await reminders.change(reminder, { state: 'ended', end: assessed.end });
    log.info('no reminder is sent', { mailId: reminder.mailId, reason: assessed.end });
    return undefined;
  }
  const linkIds = assessed.remindOf.map(({ tokenHash }) => tokenHash);
  const fields = { state: 'made', linkIds, madeAt: clock.now().toISOString() } as const;
  // Who was faster goes on with it.
  return (await reminders.change(reminder, fields)) ? { ...reminder, ...fields } : undefined;
}

function isMade(reminder: Reminder): reminder is MadeReminder {
  return reminder.state === 'made' && reminder.linkIds !== undefined && reminder.madeAt !== undefined;
}
