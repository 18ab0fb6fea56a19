import { mimeRetentionDays } from '../../infra/topology.ts';
import type { MailHead } from '../contracts/parsed-mail.ts';
import type { EmailRecord, LedgerEntry } from '../contracts/records.ts';
import type { Route } from '../contracts/route.ts';
import { toEmailId } from '../mail/ids.ts';
import type { Composition, NamedAddress } from '../ports/mime-composer.ts';
import type { EmailDecision } from '../records/emails.ts';
import { hopCount, hopField } from './assess-head.ts';
import type { InboundPorts } from './inbound-ports.ts';
import { makeLinks } from './make-links.ts';
import type { ResolvedRecipients } from './resolve-recipients.ts';
import type { SortedFiles } from './sort-files.ts';

export interface ReadyMail {
  readonly entry: LedgerEntry;
  readonly route: Route;
  readonly head: MailHead;
  readonly files: SortedFiles;
  readonly bodies: Pick<ResolvedRecipients, 'text' | 'html'>;
}

/** Outgoing mail is kept as one object each. */
export function toMimeKey(emailId: string): string {
  return `mime/${emailId}`;
}

/**
 * Makes the mail of one recipient: its links, its message in the store, its record. Every step gives the same result
 * when it runs again, so that a mail already under way is never changed.
 * @throws PermanentMailError `ERR_HEADER_INJECTION` when a value would add a header field
 */
export async function writeEmail(ports: InboundPorts, mail: ReadyMail, recipient: string): Promise<EmailRecord> {
  const { entry, route, files } = mail;
  const emailId = toEmailId(entry.mailId, recipient);
  const receivedAt = new Date(entry.receivedAt);
  const linked = { mailId: entry.mailId, route, receivedAt, parts: files.offloaded };
  const links = await makeLinks(ports, linked, recipient);
  const mime = ports.composer.compose(toComposition(mail, recipient, emailId, links));
  const expiresAt = new Date(receivedAt.getTime() + mimeRetentionDays * 86_400_000);
  await ports.files.put(toMimeKey(emailId), mime, { contentType: 'message/rfc822', expiresAt });
  const at = ports.clock.now().toISOString();
  const email = await ports.emails.create({
    emailId,
    groupId: entry.mailId,
    mailId: entry.mailId,
    state: 'submitted',
    mailFrom: route.identity,
    rcptTo: recipient,
    subject: toSubject(route, mail.head),
    mimeKey: toMimeKey(emailId),
    sizeBytes: mime.length,
    intact: false,
    attempts: 0,
    revision: 0,
    possibleDuplicate: false,
    createdAt: at,
    changedAt: at,
  });
  if (email.state === 'canceled') await ports.emails.change(emailId, reviveCanceled);
  return email;
}

/** Canceled when the mail was parked; an operator has had it processed again. */
const reviveCanceled: EmailDecision = (email) =>
  email.state === 'canceled' && email.attempts === 0 ? { state: 'submitted' } : undefined;

function toComposition(mail: ReadyMail, recipient: string, emailId: string, links: Composition['files']): Composition {
  const { head, route, bodies } = mail;
  const replyTo = head.replyTo.length > 0 ? head.replyTo : head.from;
  const references = head.references.length > 0 || head.inReplyTo === undefined ? head.references : [head.inReplyTo];
  return {
    emailId,
    from: toSender(route, head.from[0]),
    to: recipient,
    ...(replyTo.length === 0 ? {} : { replyTo }),
    subject: toSubject(route, head),
    ...(head.inReplyTo === undefined ? {} : { inReplyTo: head.inReplyTo }),
    references,
    ...(bodies.text === undefined ? {} : { text: bodies.text }),
    ...(bodies.html === undefined ? {} : { html: bodies.html }),
    files: links,
    inline: mail.files.inline,
    card: route.card,
    date: new Date(mail.entry.receivedAt),
    headers: { [hopField]: String(hopCount(head) + 1) },
  };
}

/** Our verified identity under the sender's name: DMARC passes, and people still see who wrote. */
function toSender(route: Route, from: NamedAddress | undefined): NamedAddress {
  const name = from?.name ?? from?.address.replace('@', ' at ');
  return name === undefined || name === '' ? { address: route.identity } : { address: route.identity, name };
}

/** The marker is a secret: a sender who puts it into the subject must not make us pass it on. */
function toSubject(route: Route, head: MailHead): string {
  const marker = route.recipients.from === 'body' ? route.recipients.marker : undefined;
  const subject = marker === undefined ? head.subject : withoutMarkedText(head.subject, marker);
  return `${route.subjectPrefix}${subject}`;
}

function withoutMarkedText(subject: string, marker: string): string {
  const first = subject.toLowerCase().indexOf(marker.toLowerCase());
  return first < 0 ? subject : subject.slice(0, first).trim();
}
