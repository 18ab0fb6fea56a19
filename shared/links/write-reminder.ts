import { mimeRetentionDays } from '../../infra/topology.ts';
import type { EmailRecord, LinkRecord } from '../contracts/records.ts';
import type { Route } from '../contracts/route.ts';
import { PermanentMailError } from '../errors/mail-error.ts';
import { hopField, nextHop } from '../mail/hop.ts';
import { toMimeKey, toReminderId } from '../mail/ids.ts';
import { hashToken, toLinkToken } from '../mail/link-token.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Composition, LinkedFile, MimeComposer } from '../ports/mime-composer.ts';
import type { PlatformSettings, SecretSource } from '../ports/platform.ts';
import type { Emails } from '../records/emails.ts';
import type { Ledger } from '../records/ledger.ts';
import type { Links } from '../records/links.ts';
import type { Reminder } from '../records/reminders.ts';
import { toReminderText } from './reminder-text.ts';

export interface WriteReminderParts {
  readonly emails: Pick<Emails, 'read' | 'create'>;
  readonly ledger: Pick<Ledger, 'read'>;
  readonly links: Pick<Links, 'read'>;
  readonly files: Pick<BlobStore, 'put'>;
  readonly composer: MimeComposer;
  readonly secrets: SecretSource;
  readonly settings: Pick<PlatformSettings, 'publicUrl'>;
}

/** A reminder whose links are settled. */
export type MadeReminder = Reminder & Required<Pick<Reminder, 'linkIds' | 'madeAt'>>;

/**
 * Writes the message and the record of a reminder; answers the record, that of an earlier run where there is one. Its
 * id is made of mail and recipient, so that there is one whatever runs twice.
 * @throws PermanentMailError `ERR_EMAIL_UNKNOWN` when the email that brought the links is no longer recorded
 */
export async function writeReminder(
  parts: WriteReminderParts,
  reminder: MadeReminder,
  route: Route | undefined,
): Promise<EmailRecord> {
  const { emails, files } = parts;
  const first = await emails.read(reminder.emailId);
  if (first === undefined) throw new PermanentMailError('ERR_EMAIL_UNKNOWN', 'the reminded email is not recorded');
  const emailId = toReminderId(reminder.mailId, first.rcptTo);
  const written = await emails.read(emailId);
  if (written !== undefined) return written;
  const composition = await toComposition(parts, reminder, { emailId, first, card: route?.card ?? 'bottom' });
  const mime = parts.composer.compose(composition);
  const expiresAt = new Date(Date.parse(reminder.madeAt) + mimeRetentionDays * 86_400_000);
  await files.put(toMimeKey(emailId), mime, { contentType: 'message/rfc822', expiresAt });
  return emails.create({
    ...{ emailId, groupId: first.groupId, mailId: reminder.mailId, kind: 'reminder', state: 'submitted' },
    ...{ mailFrom: first.mailFrom, rcptTo: first.rcptTo, subject: composition.subject },
    ...(first.messageClass === undefined ? {} : { messageClass: first.messageClass }),
    ...{ mimeKey: toMimeKey(emailId), sizeBytes: mime.length, intact: false, attempts: 0, revision: 0 },
    ...{ possibleDuplicate: false, createdAt: reminder.madeAt, changedAt: reminder.madeAt },
  });
}

interface ReminderMail {
  readonly emailId: string;
  readonly first: EmailRecord;
  readonly card: Route['card'];
}

async function toComposition(
  parts: WriteReminderParts,
  { mailId, linkIds, madeAt }: MadeReminder,
  { emailId, first, card }: ReminderMail,
): Promise<Composition> {
  const secret = await parts.secrets.linkSecret();
  const found = await Promise.all(linkIds.map((linkId) => parts.links.read(linkId)));
  const links = found.filter((link) => link !== undefined);
  const author = (await parts.ledger.read(mailId))?.from;
  const senderName = links[0]?.senderName?.replace('@', ' at ');
  return {
    emailId,
    from: { address: first.mailFrom, ...(senderName === undefined ? {} : { name: senderName }) },
    to: first.rcptTo,
    ...(author === undefined ? {} : { replyTo: [{ address: author }] }),
    ...toReminderText(first.subject, senderName, links.length),
    date: new Date(madeAt),
    headers: { [hopField]: nextHop({ count: 0, via: [] }, emailId, secret) },
    files: links.map((link) => toLinkedFile(link, first.rcptTo, secret, parts.settings.publicUrl)),
    inline: [],
    card,
  };
}

/**
 * The link that was mailed before, told anew: the token is nowhere stored, but made again of the same facts.
 * @throws PermanentMailError `ERR_SETTING` when the link secret is another than when the link was made
 */
function toLinkedFile(link: LinkRecord, recipient: string, secret: Uint8Array, publicUrl: string): LinkedFile {
  const token = toLinkToken(secret, { mailId: link.mailId, path: link.path, recipient, epoch: 0 });
  if (hashToken(token) !== link.tokenHash) {
    throw new PermanentMailError('ERR_SETTING', 'the link secret has changed since the link was mailed');
  }
  const { fileName, contentType, sizeBytes, linkExpiresAt } = link;
  return { fileName, contentType, sizeBytes, url: `${publicUrl}/f/${token}`, expiresAt: new Date(linkExpiresAt) };
}
