import { domainToASCII } from 'node:url';
import addressparser from 'nodemailer/lib/addressparser';
import type { HeaderField, MailAddress, MailHead } from '../../contracts/parsed-mail.ts';
import { isAddress } from '../../mail/address.ts';
import { decodeEncodedWords } from './parser-encoded-words.ts';
import { toPlainLine } from './parser-plain-text.ts';

/** An address field longer than this names nobody: it bounds the work, and no reader would trust such a sender anyway. */
const maxAddressFieldChars = 64 * 1024;
const messageId = /<[^<>\s]+>/g;

/**
 * The head of a mail from the fields of its own header block. `from` holds the addresses of all From fields, so that a
 * second one is seen (RFC 5322 §3.6 allows one); of every other field the first counts. `returnPath` is empty for `<>`.
 * @param contentType the top content type, lower case, without parameters
 */
export function toMailHead(fields: readonly HeaderField[], contentType: string): MailHead {
  const first = (name: string) => fields.find((field) => field.name === name)?.value;
  const messageIdField = first('message-id')?.match(messageId)?.[0];
  const inReplyTo = first('in-reply-to')?.match(messageId)?.[0];
  const autoSubmitted = first('auto-submitted');
  const returnPath = first('return-path');
  return {
    from: fields.filter(({ name }) => name === 'from').flatMap(({ value }) => toAddresses(value)),
    replyTo: toAddresses(first('reply-to') ?? ''),
    subject: toPlainLine(decodeEncodedWords(first('subject') ?? '')),
    ...(messageIdField === undefined ? {} : { messageIdField }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    references: first('references')?.match(messageId) ?? [],
    ...(autoSubmitted === undefined ? {} : { autoSubmitted: withoutParameters(autoSubmitted) }),
    ...(returnPath === undefined ? {} : { returnPath: returnPath.replace(/^\s*<|>\s*$/g, '').trim() }),
    receivedCount: fields.filter(({ name }) => name === 'received').length,
    contentType,
    fields,
  };
}

/**
 * The addresses of a field, group members included. The field is parsed before anything in it is decoded, and an
 * address that holds an encoded-word is none: RFC 2047 §5 keeps them out of addresses.
 */
function toAddresses(value: string): MailAddress[] {
  if (value === '' || value.length > maxAddressFieldChars) return [];
  return addressparser(value, { flatten: true }).flatMap(({ address, name }) => {
    const usable = toUsableAddress(address);
    if (usable === undefined) return [];
    const plainName = toPlainLine(decodeEncodedWords(name));
    return [plainName === '' ? { address: usable } : { address: usable, name: plainName }];
  });
}

/** The address with its domain in ASCII form, when it is one that a transport takes. */
function toUsableAddress(address: string): string | undefined {
  if (address.includes('=?')) return undefined;
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  const ascii = /[^\0-\x7f]/.test(domain) ? domainToASCII(domain) : domain;
  const usable = `${address.slice(0, at)}@${ascii}`;
  return at > 0 && isAddress(usable) ? usable : undefined;
}

function withoutParameters(value: string): string {
  return (value.split(/[;(]/, 1)[0] ?? '').trim().toLowerCase();
}
