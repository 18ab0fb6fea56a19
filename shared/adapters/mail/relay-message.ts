import { createHash } from 'node:crypto';
import type { RelayMessage } from '../../contracts/relay-message.ts';
import { PermanentMailError } from '../../errors/mail-error.ts';
import { domainOf } from '../../mail/address.ts';
import { type EncodedBody, encodeTextBody } from '../../mail/compose/body-encoding.ts';
import { cleanBody } from '../../mail/compose/clean-text.ts';
import { encodeUnstructured } from '../../mail/compose/header-encoding.ts';
import { encodeMailboxes, type Mailbox, toHeaderAddress } from '../../mail/compose/header-values.ts';

/** Beyond this a group id is cut in the tracking field: a line has at most 998 octets (RFC 5322 §2.1.1). */
const maxTrackedGroupLength = 900;
const emailIdToken = /^[A-Za-z0-9-]{1,64}$/;

/**
 * Writes a mail of the relay: text, then HTML, as `multipart/alternative`, and the field by which SES's events name the
 * email. The same message gives the same bytes.
 *
 * The configuration set is not written here: the transport says it, as a field over SMTP and as a parameter to SES.
 * @throws PermanentMailError `ERR_BAD_ADDRESS` when an address cannot be written, `ERR_HEADER_INJECTION` when one holds a
 *   control character or the email id is not one of ours
 * @see RFC 5322 §3.6, RFC 2046 §5.1.4
 */
export function writeRelayMessage(message: RelayMessage): Uint8Array {
  if (!emailIdToken.test(message.emailId)) {
    throw new PermanentMailError('ERR_HEADER_INJECTION', 'the email id is not 1 to 64 of A-Z, a-z, 0-9 and "-"');
  }
  const parts = [
    { contentType: 'text/plain', body: encodeTextBody(cleanBody(message.text)) },
    { contentType: 'text/html', body: encodeTextBody(cleanBody(message.html)) },
  ] as const;
  const boundary = chooseBoundary(
    message.emailId,
    parts.map(({ body }) => body.data),
  );
  const lines = [
    ...headerOf(message),
    `Content-Type: multipart/alternative;\r\n boundary="${boundary}"`,
    '',
    ...parts.flatMap(({ contentType, body }) => [`--${boundary}`, ...partOf(contentType, body)]),
    `--${boundary}--`,
    '',
  ];
  // Everything written is ASCII, so one byte for each character.
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

function headerOf(message: RelayMessage): string[] {
  const { from, to, replyTo, subject, emailId, date } = message;
  return [
    `From: ${mailbox(from, 'From')}`,
    `To: ${mailbox({ address: to }, 'To')}`,
    ...(replyTo === undefined ? [] : [`Reply-To: ${mailbox({ address: replyTo }, 'Reply-To')}`]),
    `Subject: ${encodeUnstructured(subject, 'Subject')}`,
    // RFC 5322 §3.3, always in UTC.
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${emailId}@${domainOf(toHeaderAddress(from.address) ?? from.address)}>`,
    `X-LFX-TRACKING-ID: ${toTrackedGroup(message.groupId)}/${emailId}`,
    'MIME-Version: 1.0',
  ];
}

function mailbox(given: Mailbox, fieldName: string): string {
  const body = encodeMailboxes([given], fieldName);
  if (body !== undefined) return body;
  throw new PermanentMailError('ERR_BAD_ADDRESS', `the ${fieldName} address is not local@domain in ASCII`);
}

/**
 * A group id as it can stand in a field: what is not printable ASCII becomes `_`. The email is found by what stands
 * after the last `/`, so that nothing is lost by it.
 */
function toTrackedGroup(groupId: string): string {
  return groupId.slice(0, maxTrackedGroupLength).replace(/[^\x20-\x7e]/g, '_');
}

function partOf(contentType: string, { encoding, data }: EncodedBody): string[] {
  return [
    `Content-Type: ${contentType}; charset=utf-8`,
    `Content-Transfer-Encoding: ${encoding}`,
    '',
    data.replaceAll('\n', '\r\n'),
  ];
}

/** A boundary that is in none of the encoded parts (RFC 2046 §5.1.1) and that no caller can foresee a use of. */
function chooseBoundary(emailId: string, bodies: readonly string[]): string {
  for (let round = 0; ; round += 1) {
    const boundary = `alternative-${createHash('sha256').update(`${emailId}\0${round}`).digest('hex').slice(0, 40)}`;
    if (!bodies.some((body) => body.includes(boundary))) return boundary;
  }
}
