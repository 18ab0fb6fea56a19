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
import type { MailHeader } from '../../ports/mime-composer.ts';

/** Fields that are written here, or that only a transport or a signer may write: never taken from outside. */
const ownFields =
  /^(?:date|from|sender|reply-to|to|cc|bcc|message-id|in-reply-to|references|subject|mime-version|content-.*|auto-submitted|received|return-path|dkim-signature|resent-.*)$/i;

/** The header block of a mail for mimetext. */
export function setHeader(message: MIMEMessage, header: MailHeader): void {
  // mimetext writes Subject and the address fields in encodings of its own, one encoded-word however long and a
  // display name with its quotes unescaped: these fields are given finished values and write them as they are.
  for (const field of message.headers.fields) {
    field.validate = () => true;
    field.dump = (value) => String(value);
  }
  for (const [name, body] of toHeaderFields(header)) message.setHeader(name, body);
}

/** The fields of a mail's header, but for those of MIME: each once, every value encoded, folded and checked. */
export function toHeaderFields(header: MailHeader): (readonly [name: string, body: string])[] {
  const { from, to, subject, date, replyTo = [], inReplyTo, references = [] } = header;
  const fields: (readonly [string, string | undefined])[] = [
    ['Date', rfc5322Date(date)],
    ['From', requiredMailbox(from, 'From')],
    ['To', requiredMailbox({ address: to }, 'To')],
    ['Reply-To', encodeMailboxes(replyTo, 'Reply-To')],
    ['Message-ID', messageIdOf(header)],
    ['Subject', encodeUnstructured(subject, 'Subject')],
    ['In-Reply-To', encodeMessageIds(inReplyTo === undefined ? [] : [inReplyTo], 'In-Reply-To')],
    ['References', encodeMessageIds(references, 'References')],
    ['Auto-Submitted', 'auto-generated'],
    ...customFields(header.headers),
  ];
  return fields.flatMap(([name, body]) => (body === undefined ? [] : [[name, body] as const]));
}

function customFields(headers: Readonly<Record<string, string>>): (readonly [string, string])[] {
  const seen = new Set<string>();
  return Object.entries(headers).map(([name, value]) => {
    const body = encodeCustomField(name, value);
    const key = name.toLowerCase();
    if (ownFields.test(name) || seen.has(key)) {
      throw new PermanentMailError('ERR_HEADER_INJECTION', 'a further field would stand twice or is not ours to set');
    }
    seen.add(key);
    return [name, body] as const;
  });
}

function requiredMailbox(mailbox: Mailbox, fieldName: 'From' | 'To'): string {
  const body = encodeMailboxes([mailbox], fieldName);
  if (body !== undefined) return body;
  throw new PermanentMailError('ERR_BAD_ADDRESS', `the ${fieldName} address is not local@domain in ASCII`);
}

const emailIdToken = /^[A-Za-z0-9._-]{1,200}$/;

function messageIdOf({ emailId, from }: MailHeader): string {
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
