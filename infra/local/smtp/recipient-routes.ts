import { domainToASCII } from 'node:url';
import type { Route } from '../../../shared/contracts/route.ts';
import { isAddress, matchesAddress } from '../../../shared/mail/address.ts';
import type { RoutedRecipients } from './accept-mail.ts';

/** The route of an address: an exact one goes before `*@domain`; absent when the address is not monitored. */
export function routeOf(routes: readonly Route[], address: string): Route | undefined {
  if (!isAddress(address)) return undefined;
  const matching = routes.filter((route) => matchesAddress(route.address, address));
  return matching.find((route) => !route.address.startsWith('*@')) ?? matching[0];
}

/** The recipients by route; absent when one of them has no route any more. */
export function groupByRoute(
  routes: readonly Route[],
  addresses: readonly string[],
): readonly RoutedRecipients[] | undefined {
  const groups = new Map<Route, string[]>();
  for (const address of addresses) {
    const route = routeOf(routes, address);
    if (route === undefined) return undefined;
    groups.set(route, [...(groups.get(route) ?? []), address]);
  }
  return [...groups].map(([route, rcptTo]) => ({ route, rcptTo }));
}

/** smtp-server shows an IDN domain in Unicode; envelopes, routes and metadata have it in ASCII (RFC 5891 §4.4). */
export function toAsciiAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return at < 0 || /^[\x21-\x7e]*$/.test(domain) ? address : `${address.slice(0, at)}@${domainToASCII(domain)}`;
}

/** What can stand in an envelope and in S3 metadata: printable ASCII, as long as RFC 5321 §4.5.3.1.3 allows. */
export function isPlainAscii(address: string): boolean {
  return /^[\x21-\x7e]{0,254}$/.test(address);
}
