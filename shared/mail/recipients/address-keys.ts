import { domainToASCII } from 'node:url';

/** An address has at most 64 + 1 + 253 characters (RFC 5321 §4.5.3.1); what is further from the `@` is not part of it. */
const maxLocalLength = 64;
const maxDomainLength = 253;

/**
 * Every text around an `@` that can be read as an address, in lower case, also in the query of a link
 * (`?to=a@x.example`, `a%40x.example`). It may give too many; it is for finding what must not be passed on.
 */
export function addressKeys(text: string): Set<string> {
  const keys = new Set<string>();
  if (!text.includes('@') && !text.includes('%40')) return keys;
  const pieces = text.toLowerCase().replaceAll('%40', '@').split('@');
  for (let index = 1; index < pieces.length; index += 1) {
    const before = /[^\s<>"(),:;[\]\\@]+$/.exec((pieces[index - 1] ?? '').slice(-maxLocalLength - 1))?.[0];
    const domain = /^[\p{L}\p{N}.-]+/u.exec((pieces[index] ?? '').slice(0, maxDomainLength))?.[0];
    if (before === undefined || domain === undefined) continue;
    for (const local of localParts(before)) addKeys(keys, local, domain.replace(/[.-]+$/, ''));
  }
  return keys;
}

/** The characters `= ? & / '` are allowed in a local part, and stand before one in links and quotes. */
function localParts(before: string): readonly string[] {
  const parts = [before];
  for (const char of "=?&/'") {
    const at = before.lastIndexOf(char);
    if (at >= 0 && at < before.length - 1) parts.push(before.slice(at + 1));
  }
  return parts;
}

function addKeys(keys: Set<string>, local: string, domain: string): void {
  keys.add(`${local}@${domain}`);
  if (/[^\x00-\x7f]/.test(domain)) keys.add(`${local}@${domainToASCII(domain)}`);
}
