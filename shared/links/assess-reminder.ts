import type { EmailState, LinkRecord } from '../contracts/records.ts';
import type { Route } from '../contracts/route.ts';
import type { Clock } from '../ports/platform.ts';
import type { ArrivalCounts } from '../records/arrival-counts.ts';
import type { Emails } from '../records/emails.ts';
import type { LinkRecords } from '../records/link-records.ts';
import { isFetch } from '../records/link-visits.ts';
import type { Reminder } from '../records/reminders.ts';
import { kindOf } from './open-link.ts';

export interface AssessReminderParts extends Pick<LinkRecords, 'links' | 'visits' | 'verdicts'> {
  readonly emails: Pick<Emails, 'read'>;
  readonly arrivalCounts: ArrivalCounts;
  readonly clock: Clock;
}

/** What becomes of a reminder now: it is made for these links, looked at again later, or not made at all. */
export type ReminderAssessment =
  | { readonly remindOf: readonly LinkRecord[] }
  | { readonly laterAt: Date }
  | { readonly end: string };

const hourMs = 3_600_000;

/** The mail has reached its recipient, as far as anybody knows. */
const arrived: ReadonlySet<EmailState> = new Set(['sent', 'delivered']);
const underWay: ReadonlySet<EmailState> = new Set(['submitted', 'queued', 'sending', 'retry', 'uncertain']);

/**
 * Decides whether a recipient is to be reminded now.
 * 1. The route wants reminders, or an operator does.
 * 2. The mail has arrived, and long enough ago; one that bounced or was complained about is never followed by another.
 * 3. Some file can be fetched and was not. One that waits for its verdict is waited for.
 * 4. The route's share of the hour is not used up.
 */
export async function assessReminder(
  parts: AssessReminderParts,
  reminder: Reminder,
  route: Route | undefined,
): Promise<ReminderAssessment> {
  const now = parts.clock.now().getTime();
  const inAnHour = { laterAt: new Date(now + hourMs) };
  if (route === undefined || (route.remindAfterSeconds === undefined && reminder.asked !== true)) {
    return { end: 'the route sends no reminders' };
  }
  const email = await parts.emails.read(reminder.emailId);
  if (email !== undefined && underWay.has(email.state)) return inAnHour;
  if (email === undefined || !arrived.has(email.state)) return { end: 'the mail did not arrive' };
  const restMs = reminder.asked === true ? 0 : (route.remindAfterSeconds ?? 0) * 1000;
  const earliest = Date.parse(email.sentAt ?? email.createdAt) + restMs;
  if (earliest > now) return { laterAt: new Date(earliest) };

  const own = await ownLinks(parts, reminder);
  const kinds = await Promise.all(own.map((link) => standingOf(parts, link)));
  const remindOf = own.filter((_link, index) => kinds[index] === 'unfetched');
  if (remindOf.length === 0) return kinds.includes('scanning') ? inAnHour : { end: 'no file is left to fetch' };
  const place = await parts.arrivalCounts.count(
    `${route.id}#reminders`,
    `${reminder.mailId}#${reminder.recipientHash}`,
  );
  if (place > route.maxRemindersPerHour) return { laterAt: new Date(now - (now % hourMs) + hourMs) };
  return { remindOf };
}

async function ownLinks({ links }: Pick<AssessReminderParts, 'links'>, { mailId, recipientHash }: Reminder) {
  const all = await links.ofMail(mailId, recipientHash);
  return all.filter(({ mode }) => mode !== 'presigned').sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Whether a link gives its file now and nobody has had it; `scanning` waits for a verdict. */
export async function standingOf(
  parts: Pick<AssessReminderParts, 'visits' | 'verdicts' | 'clock'>,
  link: LinkRecord,
): Promise<'unfetched' | 'scanning' | 'settled'> {
  const kind = await kindOf(parts, link);
  if (kind === 'scanning') return 'scanning';
  if (kind !== 'file' || (link.downloadCount ?? 0) > 0) return 'settled';
  return (await parts.visits.ofLink(link.tokenHash)).some(isFetch) ? 'settled' : 'unfetched';
}
