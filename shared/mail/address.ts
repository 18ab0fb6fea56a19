/**
 * Addresses as the transport takes them: RFC 5321 §4.1.2 `Local-part "@" Domain`, dot-atom local part only.
 * Quoted local parts, address literals, source routes and non-ASCII local parts are refused: SES refuses them too,
 * and each of them has been used to send a mail somewhere else than it seemed to go.
 */
const maxLocalLength = 64;
const maxDomainLength = 253;
const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Whether the text is one plain address, ASCII throughout (an IDN domain stands in its `xn--` form). */
export function isAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at < 1 || at > maxLocalLength || text.length > maxLocalLength + 1 + maxDomainLength) return false;
  return localPart.test(text.slice(0, at)) && isDomain(text.slice(at + 1));
}

/** Whether the text is a host name of at least two labels. @see RFC 1123 §2.1 */
export function isDomain(text: string): boolean {
  if (text.length < 3 || text.length > maxDomainLength) return false;
  const labels = text.split('.');
  return labels.length >= 2 && labels.every((one) => label.test(one)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

/** The domain of an address in lower case; empty when there is no `@`. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1).toLowerCase();
}

/**
 * The form under which two spellings of one mailbox are the same: domain folded, local part as it is
 * (RFC 5321 §2.4: only the receiving host may read the local part's case).
 */
export function canonicalAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}@${address.slice(at + 1).toLowerCase()}`;
}

/** Whether an address is meant by a pattern: the address itself (case folded), or `*@domain`. */
export function matchesAddress(pattern: string, address: string): boolean {
  const wanted = pattern.toLowerCase();
  const got = address.toLowerCase();
  return wanted.startsWith('*@') ? domainOf(got) === wanted.slice(2) : got === wanted;
}
