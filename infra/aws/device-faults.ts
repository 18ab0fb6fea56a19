import type { Route } from '../../shared/contracts/route.ts';
import { domainOf, matchesAddress } from '../../shared/mail/address.ts';
import type { ContextSettings } from './context-schema.ts';
import { isWithin } from './domain-names.ts';

/** SES sends from what is verified only, and our routes take mail from whom they allow only: one line for what does not. */
export function deviceFaults({ deviceSender, domain }: ContextSettings, routes: readonly Route[]): string[] {
  if (deviceSender === undefined) return [];
  const own = domainOf(deviceSender);
  const isVerified =
    (domain !== undefined && isWithin(own, domain)) || routes.some(({ identity }) => isWithin(own, domainOf(identity)));
  const isMonitored = routes.some(({ address }) => matchesAddress(address, deviceSender));
  const isAllowed = routes.some(({ allowedSenders = [] }) =>
    allowedSenders.some((pattern) => matchesAddress(pattern, deviceSender)),
  );
  const fault = (allowed: string) => [`deviceSender is ${JSON.stringify(deviceSender)}: ${allowed}`];
  if (isMonitored) return fault('must not be a monitored address: mail from it would be a loop');
  if (!isVerified) return fault('must be an address in domain, or in the domain of a sender, which SES has verified');
  return isAllowed ? [] : fault('must be one of the allowedSenders of a route: its mail would be refused');
}
