import type { EmailRecord } from '../contracts/records.ts';
import { toRecipientHash } from '../mail/ids.ts';
import type { Clock } from '../ports/platform.ts';
import type { LinkRecords } from '../records/link-records.ts';
import { standingOf } from './assess-reminder.ts';

export interface ReminderCheckParts extends Pick<LinkRecords, 'links' | 'visits' | 'verdicts' | 'reminders'> {
  readonly clock: Clock;
}

/**
 * Whether a reminder still holds at the moment it is sent, which may be long after it was written: every file that it
 * names can be fetched and was not. Asked last before the attempt; any other email is none of its business.
 */
export async function isReminderDue(
  parts: ReminderCheckParts,
  { mailId, rcptTo }: Pick<EmailRecord, 'mailId' | 'rcptTo'>,
): Promise<boolean> {
  if (mailId === undefined) return false;
  const reminder = await parts.reminders.read(mailId, toRecipientHash(rcptTo));
  const ids = reminder?.linkIds ?? [];
  const links = await Promise.all(ids.map((linkId) => parts.links.read(linkId)));
  const standings = await Promise.all(links.map((link) => (link === undefined ? 'settled' : standingOf(parts, link))));
  return standings.length > 0 && standings.every((standing) => standing === 'unfetched');
}
