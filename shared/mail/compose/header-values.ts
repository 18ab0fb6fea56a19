import { domainToASCII } from 'node:url';
import { PermanentMailError } from '../../errors/mail-error.ts';
import { isAddress } from '../address.ts';
import { encodePhrase } from './header-encoding.ts';
import { foldTokens, maxLineLength } from './header-fold.ts';

/** What a structured value may never hold: it could end the field, and begin another or the body. */
const control = /[\p{Cc}\u2028\u2029]/u;
const fieldNameToken = /^[A-Za-z][A-Za-z0-9-]{0,75}$/;
const printableAscii = /^[\x20-\x7e]*$/;
/** RFC 5322 §3.6.4, without its obsolete forms; shorter than a line, since it cannot be folded. */
const messageId = /^<[\x21-\x3b\x3d\x3f\x41-\x7e]{1,450}@[\x21-\x3b\x3d\x3f\x41-\x7e]{1,450}>$/;
const maxReferences = 20;

/** A mailbox: an address, and a name that people see. */
export interface Mailbox {
  readonly address: string;
  readonly name?: string;
}

/**
 * An address as a header field takes it: ASCII, an international domain in its `xn--` form. `undefined` when it cannot
 * be written that way (a quoted or a non-ASCII local part, no domain).
 * @throws PermanentMailError `ERR_HEADER_INJECTION` when it holds a control character
 */
export function toHeaderAddress(address: string): string | undefined {
  refuseControls(address, 'address');
  if (isAddress(address)) return address;
  const at = address.lastIndexOf('@');
  if (at < 1 || /[<>,;:"()\\\s]/.test(address)) return undefined;
  const ascii = `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1))}`;
  return isAddress(ascii) ? ascii : undefined;
}

/**
 * The body of an address field (RFC 5322 §3.4), folded. Mailboxes whose address cannot be written are left out;
 * `undefined` when none is left.
 * @throws PermanentMailError `ERR_HEADER_INJECTION` when an address holds a control character
 */
export function encodeMailboxes(mailboxes: readonly Mailbox[], fieldName: string): string | undefined {
  const written = mailboxes.flatMap((mailbox) => {
    const address = toHeaderAddress(mailbox.address);
    if (address === undefined) return [];
    const phrase = mailbox.name === undefined ? [] : encodePhrase(mailbox.name);
    return [[...phrase, phrase.length === 0 ? address : `<${address}>`]];
  });
  if (written.length === 0) return undefined;
  const tokens = written.flatMap((mailbox, index) => (index < written.length - 1 ? withComma(mailbox) : mailbox));
  return foldTokens(tokens, fieldName.length + 2);
}

/**
 * The Message-IDs that can be written, folded, the last 20 of them: the newest ancestors, which is what threading goes
 * by. Malformed ones are left out; `undefined` when none is left.
 * @throws PermanentMailError `ERR_HEADER_INJECTION` when one holds a control character
 */
export function encodeMessageIds(ids: readonly string[], fieldName: string): string | undefined {
  for (const id of ids) refuseControls(id, fieldName);
  const written = ids.filter((id) => messageId.test(id)).slice(-maxReferences);
  return written.length === 0 ? undefined : foldTokens(written, fieldName.length + 2);
}

/** Whether a Content-ID (without angle brackets) can be written into a header field and referred to by `cid:`. */
export function isContentId(id: string): boolean {
  return /^[\x21-\x3b\x3d\x3f-\x7e]{1,900}$/.test(id);
}

/**
 * The body of a field of ours, folded at its spaces.
 * @throws PermanentMailError `ERR_HEADER_INJECTION` when the name is no RFC 5322 field name, or the value is not
 *   printable ASCII or has a word that no line can hold
 */
export function encodeCustomField(name: string, value: string): string {
  if (!fieldNameToken.test(name)) throw injection('a field name is not a letter followed by letters, digits and -');
  if (!printableAscii.test(value)) throw injection('a field value is not printable ASCII');
  const words = value.split(' ').filter((word) => word !== '');
  if (words.some((word) => word.length + name.length + 2 > maxLineLength)) {
    throw injection(`a field value has a word that does not fit a line of ${maxLineLength}`);
  }
  return foldTokens(words, name.length + 2);
}

function withComma(tokens: readonly string[]): string[] {
  return tokens.map((token, index) => (index === tokens.length - 1 ? `${token},` : token));
}

function refuseControls(value: string, what: string): void {
  if (control.test(value)) throw injection(`${what} holds a control character`);
}

function injection(message: string): PermanentMailError {
  return new PermanentMailError('ERR_HEADER_INJECTION', message);
}
