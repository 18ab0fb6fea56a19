import type { EmailRecord, LinkRecord } from '../contracts/records.ts';
import { toRecipientHash } from '../mail/ids.ts';
import type { Emails } from '../records/emails.ts';
import { isFetch, type LinkVisit, type LinkVisits } from '../records/link-visits.ts';
import type { Links } from '../records/links.ts';

export interface FileAudit {
  readonly linkId: string;
  readonly path: string;
  readonly fileName: string;
  readonly state: LinkRecord['state'];
  readonly linkExpiresAt: string;
  /** Each download by a person or a program of theirs, oldest first; ISO 8601, UTC. */
  readonly fetches: readonly { readonly at: string; readonly by: 'human' | 'machine' }[];
  /** When a person first saw the page. */
  readonly pageSeenAt?: string;
  /** Visits of link scanners and of browsers that load ahead; they count for nothing. */
  readonly machineVisitCount: number;
}

/** One recipient's way: sent, delivered, opened, page seen, each file fetched. */
export interface RecipientAudit {
  readonly recipientHash: string;
  /** Absent for a link whose email is no longer recorded. */
  readonly recipient?: string;
  readonly emailId?: string;
  readonly emailState?: EmailRecord['state'];
  readonly sentAt?: string;
  readonly deliveredAt?: string;
  readonly openedAt?: string;
  readonly pageSeenAt?: string;
  /** When a reminder of files not yet fetched was sent. */
  readonly remindedAt?: string;
  readonly files: readonly FileAudit[];
  /** Files that nobody has fetched yet, by name. */
  readonly notYetFetched: readonly string[];
}

export interface AuditParts {
  readonly links: Pick<Links, 'ofMail'>;
  readonly visits: Pick<LinkVisits, 'ofLink'>;
  readonly emails: Pick<Emails, 'ofGroup'>;
}

/** What became of a mail's files, for each recipient, by address. */
export async function auditMail({ links, visits, emails }: AuditParts, mailId: string): Promise<RecipientAudit[]> {
  const [all, sent] = await Promise.all([links.ofMail(mailId), emails.ofGroup(mailId)]);
  const reminders = sent.filter(({ kind }) => kind === 'reminder');
  const byRecipient = byHash(sent.filter(({ kind }) => kind === undefined));
  const remindedAt = new Map([...byHash(reminders)].map(([hash, reminder]) => [hash, reminder.sentAt]));
  const audits = new Map<string, FileAudit[]>();
  for (const { rcptTo } of sent) audits.set(toRecipientHash(rcptTo), []);
  for (const link of all) {
    const files = audits.get(link.recipientHash) ?? [];
    files.push(toFileAudit(link, await visits.ofLink(link.tokenHash)));
    audits.set(link.recipientHash, files);
  }
  return [...audits]
    .map(([recipientHash, files]) => ({
      ...toRecipientAudit(recipientHash, byRecipient.get(recipientHash), files),
      ...toRemindedAt(remindedAt.get(recipientHash)),
    }))
    .sort((one, other) => ((one.recipient ?? '') < (other.recipient ?? '') ? -1 : 1));
}

const byHash = (emails: readonly EmailRecord[]) =>
  new Map(emails.map((email) => [toRecipientHash(email.rcptTo), email]));
const toRemindedAt = (at: string | undefined) => (at === undefined ? {} : { remindedAt: at });

function toFileAudit(link: LinkRecord, visits: readonly LinkVisit[]): FileAudit {
  const { tokenHash, path, fileName, state, linkExpiresAt } = link;
  const seen = visits.find(({ step, visitor }) => step === 'page' && visitor === 'person');
  return {
    ...{ linkId: tokenHash, path, fileName, state, linkExpiresAt },
    fetches: visits
      .filter(isFetch)
      .map(({ at, visitor }) => ({ at, by: visitor === 'person' ? ('human' as const) : ('machine' as const) })),
    ...(seen === undefined ? {} : { pageSeenAt: seen.at }),
    machineVisitCount: visits.filter(({ visitor }) => visitor === 'scanner' || visitor === 'prefetch').length,
  };
}

function toRecipientAudit(
  recipientHash: string,
  email: EmailRecord | undefined,
  files: readonly FileAudit[],
): RecipientAudit {
  const seen = files.flatMap(({ pageSeenAt }) => pageSeenAt ?? []).sort()[0];
  const opened = email?.openedAtList?.map(({ at }) => at).sort()[0];
  return {
    recipientHash,
    ...(email === undefined ? {} : toEmailAudit(email)),
    ...(opened === undefined ? {} : { openedAt: opened }),
    ...(seen === undefined ? {} : { pageSeenAt: seen }),
    files: files.toSorted((one, other) => (one.path < other.path ? -1 : 1)),
    notYetFetched: files.filter(({ fetches }) => fetches.length === 0).map(({ fileName }) => fileName),
  };
}

function toEmailAudit({ rcptTo, emailId, state, sentAt, deliveredAt }: EmailRecord) {
  return {
    ...{ recipient: rcptTo, emailId, emailState: state },
    ...(sentAt === undefined ? {} : { sentAt }),
    ...(deliveredAt === undefined ? {} : { deliveredAt }),
  };
}
