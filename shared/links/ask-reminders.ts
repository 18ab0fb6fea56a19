import type { LinkRecord } from '../contracts/records.ts';
import { toRecipientHash } from '../mail/ids.ts';
import type { Clock } from '../ports/platform.ts';
import type { Emails } from '../records/emails.ts';
import type { LinkRecords } from '../records/link-records.ts';
import { type LinkSelection, selectLinks } from './select-links.ts';

export interface AskRemindersParts extends Pick<LinkRecords, 'links' | 'reminders'> {
  readonly emails: Pick<Emails, 'ofGroup'>;
  readonly clock: Clock;
}

export interface RemindersAsked {
  /** Links whose recipients are meant. */
  readonly links: readonly LinkRecord[];
  /** Recipients whose reminder is now due: within a minute it is made, for what they have not fetched. */
  readonly askedCount: number;
  /** Recipients who have had their one reminder of that mail, or whose time for it is over. */
  readonly settledCount: number;
}

/**
 * Has recipients reminded now, whatever their route says: once for each mail, and for files that they can fetch and have
 * not. The rest of the way is that of every reminder.
 */
export async function askReminders(parts: AskRemindersParts, selection: LinkSelection): Promise<RemindersAsked> {
  const named = (await selectLinks(parts.links, selection)).filter(({ mode }) => mode !== 'presigned');
  const first = new Map(named.map((link) => [`${link.mailId}#${link.recipientHash}`, link]));
  let askedCount = 0;
  for (const link of first.values()) if (await askOne(parts, link)) askedCount += 1;
  return { links: named, askedCount, settledCount: first.size - askedCount };
}

async function askOne({ reminders, emails, clock }: AskRemindersParts, link: LinkRecord): Promise<boolean> {
  const { mailId, recipientHash, routeId } = link;
  const now = { dueAt: clock.now().toISOString(), asked: true } as const;
  const known = await reminders.read(mailId, recipientHash);
  if (known !== undefined) return known.state === 'waiting' && (await reminders.change(known, now));
  const sent = await emails.ofGroup(mailId);
  const email = sent.find(({ kind, rcptTo }) => kind === undefined && toRecipientHash(rcptTo) === recipientHash);
  if (email === undefined || routeId === undefined) return false;
  await reminders.plan({ mailId, recipientHash, emailId: email.emailId, routeId, state: 'waiting', ...now });
  return true;
}
