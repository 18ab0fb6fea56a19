import { mimeRetentionDays } from '../../infra/topology.ts';
import type { MailHead } from '../contracts/parsed-mail.ts';
import type { EmailRecord, LedgerEntry } from '../contracts/records.ts';
import type { Route } from '../contracts/route.ts';
import { hopField } from '../mail/hop.ts';
import { toEmailId, toMimeKey, toRecipientHash } from '../mail/ids.ts';
import type { Composition, MailHeader, NamedAddress } from '../ports/mime-composer.ts';
import type { EmailDecision } from '../records/emails.ts';
import type { InboundPorts } from './inbound-ports.ts';
import { assertSendable, storeIntactBody, storeIntactHeader } from './intact-message.ts';
import { maxKeptSubjectLength } from './mail-facts.ts';
import { makeLinks } from './make-links.ts';
import type { ResolvedRecipients } from './resolve-recipients.ts';
import type { SortedFiles } from './sort-files.ts';

export interface ReadyMail {
  readonly entry: LedgerEntry;
  readonly route: Route;
  readonly head: MailHead;
  readonly files: SortedFiles;
  readonly bodies: Pick<ResolvedRecipients, 'text' | 'html'>;
  /** The value of the hop field of an outgoing email. */
  readonly nextHop: (emailId: string) => string;
  /** Where the body stands that the emails to all recipients share. */
  readonly bodyKey?: string;
}

/**
 * Stores what the emails to all recipients share: the body of a mail that goes on whole. Answers its key, if there is any.
 * @throws PermanentMailError `ERR_SOURCE_GONE`
 */
export async function writeSharedBody(
  ports: InboundPorts,
  { entry, files }: Pick<ReadyMail, 'entry' | 'files'>,
): Promise<string | undefined> {
  if (files.intact === undefined) return undefined;
  const target = toTarget(entry, entry.mailId);
  return (await storeIntactBody(ports, entry, files.intact, target)) ? target.key : undefined;
}

/** @param id of the email, or of the mail for what its emails share */
function toTarget({ receivedAt }: LedgerEntry, id: string) {
  const expiresAt = new Date(Date.parse(receivedAt) + mimeRetentionDays * 86_400_000);
  return { key: toMimeKey(id), options: { contentType: 'message/rfc822', expiresAt } };
}

/**
 * Makes the mail of one recipient: its links, its message in the store, its record. Every step gives the same result
 * when it runs again, so that a mail already under way is never changed.
 * @throws PermanentMailError `ERR_HEADER_INJECTION` when a value would add a header field, `ERR_TOO_LARGE`
 */
export async function writeEmail(ports: InboundPorts, mail: ReadyMail, recipient: string): Promise<EmailRecord> {
  const { entry, route, files } = mail;
  const emailId = toEmailId(entry.mailId, recipient);
  const receivedAt = new Date(entry.receivedAt);
  const [author] = mail.head.from;
  const senderName = author?.name || author?.address;
  const linked = { mailId: entry.mailId, route, receivedAt, parts: files.offloaded, senderName };
  const links = await makeLinks(ports, linked, recipient);
  const sizeBytes = await storeMessage(ports, mail, toHeader(mail, recipient, emailId), links);
  const at = ports.clock.now().toISOString();
  const email = await ports.emails.create({
    emailId,
    groupId: entry.mailId,
    mailId: entry.mailId,
    state: 'submitted',
    mailFrom: route.identity,
    rcptTo: recipient,
    subject: toSubject(route, mail.head).slice(0, maxKeptSubjectLength),
    mimeKey: toTarget(entry, emailId).key,
    ...(mail.bodyKey === undefined ? {} : { mimeBodyKey: mail.bodyKey }),
    sizeBytes,
    intact: files.intact !== undefined,
    attempts: 0,
    revision: 0,
    possibleDuplicate: false,
    createdAt: at,
    changedAt: at,
  });
  if (links.length > 0) await planReminder(ports, mail, email);
  if (email.state === 'canceled') await ports.emails.change(emailId, reviveCanceled);
  return email;
}

/** Links are looked at again while they last, where the route reminds of those that nobody has followed. */
async function planReminder({ reminders }: InboundPorts, { entry, route }: ReadyMail, email: EmailRecord) {
  const { remindAfterSeconds } = route;
  if (remindAfterSeconds === undefined || route.links === 'presigned') return;
  const dueAt = new Date(Date.parse(entry.receivedAt) + remindAfterSeconds * 1000).toISOString();
  const recipientHash = toRecipientHash(email.rcptTo);
  const { emailId } = email;
  await reminders.plan({ mailId: entry.mailId, recipientHash, emailId, routeId: route.id, state: 'waiting', dueAt });
}

/** Canceled when the mail was parked; an operator has had it processed again. */
const reviveCanceled: EmailDecision = (email) =>
  email.state === 'canceled' && email.attempts === 0 ? { state: 'submitted' } : undefined;

/** Puts the message into the store, but for what is shared; answers the size of the whole in bytes. */
async function storeMessage(
  ports: InboundPorts,
  mail: ReadyMail,
  header: MailHeader,
  links: Composition['files'],
): Promise<number> {
  const { entry, head, files } = mail;
  const target = toTarget(entry, header.emailId);
  if (files.intact !== undefined) return storeIntactHeader(ports, { head, root: files.intact }, header, target);
  const mime = ports.composer.compose(toComposition(mail, header, links));
  assertSendable(mime.length);
  await ports.files.put(target.key, mime, target.options);
  return mime.length;
}

function toComposition(mail: ReadyMail, header: MailHeader, links: Composition['files']): Composition {
  const { route, bodies, files } = mail;
  return {
    ...header,
    ...(bodies.text === undefined ? {} : { text: bodies.text }),
    ...(bodies.html === undefined ? {} : { html: bodies.html }),
    files: links,
    inline: files.inline,
    alternatives: files.alternatives,
    kept: files.kept,
    ...(files.note === undefined ? {} : { note: files.note }),
    card: route.card,
  };
}

/** The header is new: nothing of the original but what is listed here goes on. */
function toHeader(mail: ReadyMail, recipient: string, emailId: string): MailHeader {
  const { head, route } = mail;
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
    date: new Date(mail.entry.receivedAt),
    headers: { [hopField]: mail.nextHop(emailId) },
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
