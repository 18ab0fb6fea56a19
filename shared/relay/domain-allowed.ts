import { domainOf } from '../mail/address.ts';

/** Whether the address's domain is one of the list. */
export function isExactDomain(address: string, domains: readonly string[]): boolean {
  return domains.includes(domainOf(address));
}

/** Whether the address's domain is one of the list, or below one of it. */
export function isWithinDomains(address: string, domains: readonly string[]): boolean {
  const domain = domainOf(address);
  return domains.some((allowed) => domain === allowed || domain.endsWith(`.${allowed}`));
}
