import type { MIMEMessage } from 'mimetext';
import { PermanentMailError } from '../../errors/mail-error.ts';
import { domainOf } from '../../mail/address.ts';
import { encodeUnstructured } from '../../mail/compose/header-encoding.ts';
import {
  encodeCustomField,
  encodeMailboxes,
  encodeMessageIds,
  type Mailbox,
  toHeaderAddress,
} from '../../mail/compose/header-values.ts';
import type { Composition } from '../../ports/mime-composer.ts';

/** Fields that are written here, or that only a transport or a signer may write: never taken from outside. */
const ownFields =
  /^(?:date|from|sender|reply-to|to|cc|bcc|message-id|in-reply-to|references|subject|mime-version|content-.*|auto-submitted|received|return-path|dkim-signature|resent-.*)$/i;

/** The header block of the mail: each field once, every value encoded, folded and checked before it is set. */
export function setHeader(message: MIMEMessage, composition: Composition): void {
  const { from, to, subject } = composition;
  // mimetext writes Subject and the address fields in encodings of its own, one encoded-word however long and a
  // display name with its quotes unescaped: these fields are given finished values and write them as they are.
  for (const field of message.headers.fields) {
    field.validate = () => true;
    field.dump = (value) => String(value);
  }
  message.setHeader('Date', rfc5322Date(composition.date));
  message.setHeader('From', requiredMailbox(from, 'From'));
  message.setHeader('To', requiredMailbox({ address: to }, 'To'));
  setWhenGiven(message, 'Reply-To', encodeMailboxes(composition.replyTo ?? [], 'Reply-To'));
  message.setHeader('Message-ID', messageIdOf(composition));
  message.setHeader('Subject', encodeUnstructured(subject, 'Subject'));
  const inReplyTo = composition.inReplyTo === undefined ? [] : [composition.inReplyTo];
  setWhenGiven(message, 'In-Reply-To', encodeMessageIds(inReplyTo, 'In-Reply-To'));
  setWhenGiven(message, 'References', encodeMessageIds(composition.references ?? [], 'References'));
  message.setHeader('Auto-Submitted', 'auto-generated');
  setCustomFields(message, composition.headers);
}

function setCustomFields(message: MIMEMessage, headers: Readonly<Record<string, string>>): void {
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const body = encodeCustomField(name, value);
    const key = name.toLowerCase();
    if (ownFields.test(name) || seen.has(key)) {
      throw new PermanentMailError('ERR_HEADER_INJECTION', 'a further field would stand twice or is not ours to set');
    }
    seen.add(key);
    message.setHeader(name, body);
  }
}

function setWhenGiven(message: MIMEMessage, name: string, body: string | undefined): void {
  if (body !== undefined) message.setHeader(name, body);
}

function requiredMailbox(mailbox: Mailbox, fieldName: 'From' | 'To'): string {
  const body = encodeMailboxes([mailbox], fieldName);
  if (body !== undefined) return body;
  throw new PermanentMailError('ERR_BAD_ADDRESS', `the ${fieldName} address is not local@domain in ASCII`);
}

const emailIdToken = /^[A-Za-z0-9._-]{1,200}$/;

function messageIdOf({ emailId, from }: Composition): string {
  if (!emailIdToken.test(emailId)) {
    throw new PermanentMailError(
      'ERR_HEADER_INJECTION',
      'the email id is not 1 to 200 of A-Z, a-z, 0-9, ".", "_", "-"',
    );
  }
  return `<${emailId}@${domainOf(toHeaderAddress(from.address) ?? from.address)}>`;
}

/** RFC 5322 §3.3, always in UTC: `Sun, 22 Nov 2026 08:15:00 +0000`. */
function rfc5322Date(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
