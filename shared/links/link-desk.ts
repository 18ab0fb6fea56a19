import type { LinkRecord } from '../contracts/records.ts';
import { toRecipientHash } from '../mail/ids.ts';
import type { Emails } from '../records/emails.ts';
import type { LinkHistoryItem } from '../records/link-history.ts';
import type { LinkVisit } from '../records/link-visits.ts';
import { type AskRemindersParts, askReminders } from './ask-reminders.ts';
import { type AuditParts, auditMail, type RecipientAudit } from './audit-mail.ts';
import { type LinksRenewed, type RenewLinksParts, renewLinks } from './renew-links.ts';
import { type NewFile, type ReplaceFileParts, replaceFile } from './replace-file.ts';
import { type Doer, type LinksChanged, type RevokeLinksParts, revokeLinks } from './revoke-links.ts';
import type { LinkSelection } from './select-links.ts';

/** A link as operators may see it: by the hash of its token, from which no one can make the token. */
export interface LinkView extends Omit<LinkRecord, 'tokenHash' | 'blobKey'> {
  readonly linkId: string;
  /** Absent where the email is no longer recorded. */
  readonly recipient?: string;
}

/** What an operator's change has done, and when it holds. */
export interface LinkAnswer {
  readonly links: readonly LinkView[];
  readonly changedCount: number;
  /** One sentence for people. */
  readonly takesEffect: string;
  /** What else must be known, a sentence each. */
  readonly notes: readonly string[];
}

export interface ReplaceAnswer extends LinkAnswer {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Who has the old bytes already. */
  readonly haveOld: readonly LinkView[];
}

/** What operators do with links, the same by command and by console. */
export interface LinkDesk {
  show(
    linkId: string,
  ): Promise<
    | { readonly link: LinkView; readonly history: readonly LinkHistoryItem[]; readonly visits: readonly LinkVisit[] }
    | undefined
  >;
  audit(mailId: string): Promise<readonly RecipientAudit[]>;
  revoke(selection: LinkSelection, doer: Doer): Promise<LinkAnswer>;
  renew(selection: LinkSelection, doer: Doer, forSeconds?: number): Promise<LinkAnswer>;
  /** Has recipients reminded of what they have not fetched: once for each mail. */
  remind(selection: LinkSelection): Promise<LinkAnswer>;
  /** @returns `undefined` when there is no such link */
  replace(linkId: string, file: NewFile, doer: Doer): Promise<ReplaceAnswer | undefined>;
}

export interface LinkDeskParts
  extends RevokeLinksParts,
    RenewLinksParts,
    ReplaceFileParts,
    AuditParts,
    AskRemindersParts {
  readonly links: ReplaceFileParts['links'];
  readonly files: ReplaceFileParts['files'];
  readonly visits: ReplaceFileParts['visits'];
  readonly emails: Emails;
  /** How long a URL that the gateway has signed goes on working; 0 where the gateway gives the bytes itself. */
  readonly signedUrlSeconds: number;
}

export function createLinkDesk(parts: LinkDeskParts): LinkDesk {
  const { links, visits, emails } = parts;
  const toViews = (all: readonly LinkRecord[]) => viewsOf(emails, all);
  const takesEffect = effect(parts.signedUrlSeconds);
  const toAnswer = async (done: LinksChanged | LinksRenewed, what: string): Promise<LinkAnswer> => ({
    links: await toViews(done.links),
    changedCount: done.changed.length,
    takesEffect: `${what} ${takesEffect}`,
    notes: notesOf(done),
  });
  return {
    async show(linkId) {
      const link = await links.read(linkId);
      if (link === undefined) return undefined;
      const [views, history, kept] = await Promise.all([toViews([link]), links.history(linkId), visits.ofLink(linkId)]);
      const [view] = views;
      return view === undefined ? undefined : { link: view, history, visits: kept };
    },
    audit: (mailId) => auditMail(parts, mailId),
    revoke: async (selection, doer) => toAnswer(await revokeLinks(parts, selection, doer), 'withdrawn'),
    async renew(selection, doer, forSeconds) {
      const wish = forSeconds === undefined ? doer : { ...doer, forSeconds };
      return toAnswer(await renewLinks(parts, selection, wish), 'open again');
    },
    async remind(selection) {
      const { links: named, askedCount, settledCount } = await askReminders(parts, selection);
      const notes = settledCount === 0 ? [] : [`${settledCount} not reminded: there is one reminder for each mail`];
      const takesEffect = 'reminded within a minute, of what is not fetched yet';
      return { links: await toViews(named), changedCount: askedCount, takesEffect, notes };
    },
    async replace(linkId, file, doer) {
      const done = await replaceFile(parts, linkId, file, doer);
      if (done === undefined) return undefined;
      const answer = await toAnswer({ links: done.links, changed: done.links }, 'the new file is given');
      const { sizeBytes, sha256 } = done;
      return { ...answer, sizeBytes, sha256, haveOld: await toViews(done.haveOld) };
    },
  };
}

function effect(signedUrlSeconds: number): string {
  if (signedUrlSeconds === 0) return 'at once';
  return `at once at the gateway; a download whose URL was signed before goes on for at most ${signedUrlSeconds} s`;
}

function notesOf(done: LinksChanged | LinksRenewed): string[] {
  const notes: string[] = [];
  if (done.closedForEveryone === true) {
    notes.push('the links are presigned: the file was deleted, which closed it for all recipients of the mail');
  }
  if ('refused' in done) {
    const count = (why: string) => done.refused.filter((one) => one.why === why).length;
    if (count('gone') > 0) notes.push(`${count('gone')} not renewed: the file is no longer kept`);
    if (count('presigned') > 0) notes.push(`${count('presigned')} not renewed: a presigned URL cannot be`);
    if (done.shortened === true) notes.push('the file is kept only until then, so the link ends sooner than asked');
  }
  return notes;
}

async function viewsOf(emails: Pick<Emails, 'ofGroup'>, all: readonly LinkRecord[]): Promise<LinkView[]> {
  const addresses = new Map<string, string>();
  for (const mailId of new Set(all.map((link) => link.mailId))) {
    for (const { rcptTo } of await emails.ofGroup(mailId)) addresses.set(toRecipientHash(rcptTo), rcptTo);
  }
  return all.map(({ tokenHash, blobKey: _blobKey, ...link }) => {
    const recipient = addresses.get(link.recipientHash);
    return { linkId: tokenHash, ...link, ...(recipient === undefined ? {} : { recipient }) };
  });
}
