import type { Route } from '../../shared/contracts/route.ts';
import { domainOf } from '../../shared/mail/address.ts';
import type { ContextSettings } from './context-schema.ts';
import { isWithin, mailFromOf } from './domain-names.ts';
import { isPublicName } from './public-names.ts';

/** What is wrong with the names of a deployment once its routes are known, one line each. */
export function domainFaults(context: ContextSettings, routes: readonly Route[]): string[] {
  return [
    ...privateNameFaults(context, routes),
    ...ownDomainFaults(context, routes),
    ...mailFromFaults(context, routes),
    ...hostedZoneFaults(context, routes),
    ...linkDomainFaults(context),
  ];
}

const show = (value: string | undefined) => JSON.stringify(value);

function privateNameFaults(context: ContextSettings, routes: readonly Route[]): string[] {
  const named = [
    ...(['domain', 'hostedZoneName', 'linkDomain'] as const).map((name) => [name, context[name]] as const),
    ...routes.flatMap(({ id, address, identity }) => [
      [`the address of route ${id}`, address] as const,
      [`the identity of route ${id}`, identity] as const,
    ]),
  ];
  return named.flatMap(([name, value]) =>
    value === undefined || isPublicName(value)
      ? []
      : [
          `${name} is ${show(value)}: must be in the public DNS: SES cannot verify a name that only a local network has`,
        ],
  );
}

function ownDomainFaults({ domain }: ContextSettings, routes: readonly Route[]): string[] {
  if (domain === undefined || routes.some((route) => isWithin(domainOf(route.address), domain))) return [];
  return [`domain is ${show(domain)}: must be the domain of a monitored address, or one above it`];
}

/** @see https://docs.aws.amazon.com/ses/latest/dg/mail-from.html#mail-from-requirements */
function mailFromFaults(context: ContextSettings, routes: readonly Route[]): string[] {
  const mailFrom = mailFromOf(context);
  if (mailFrom === undefined || context.domain === undefined) return [];
  if (mailFrom === context.domain || !isWithin(mailFrom, context.domain))
    return [`mailFrom is ${show(mailFrom)}: must be a domain below ${context.domain}`];
  const isUsed = routes.some(({ address, identity }) => [domainOf(address), domainOf(identity)].includes(mailFrom));
  return isUsed
    ? [`mailFrom is ${show(mailFrom)}: must be a domain that nobody writes to or from: bounces go there`]
    : [];
}

function hostedZoneFaults(context: ContextSettings, routes: readonly Route[]): string[] {
  const { hostedZoneName: zone, domain, makeIdentity, linkDomain, webhookDomain } = context;
  if (zone === undefined) return [];
  if (makeIdentity && domain !== undefined && !isWithin(domain, zone))
    return [`hostedZoneName is ${show(zone)}: must be ${domain}, whose identity is made, or a domain above it`];
  const ours = [linkDomain, webhookDomain].flatMap((name) => name ?? []);
  const names = [...routes.map(({ address }) => domainOf(address)), ...ours];
  if (makeIdentity || names.some((name) => isWithin(name, zone))) return [];
  return [`hostedZoneName is ${show(zone)}: must be, or be above, one of ${[...new Set(names)].join(', ')}`];
}

function linkDomainFaults({ linkDomain, linkCertificateArn, hostedZoneName }: ContextSettings): string[] {
  if (linkDomain === undefined || linkCertificateArn !== undefined) return [];
  if (hostedZoneName !== undefined && isWithin(linkDomain, hostedZoneName)) return [];
  return [
    `linkCertificateArn is not set: must be the certificate of ${linkDomain}, or ${linkDomain} must lie in hostedZoneName, where a certificate is validated`,
  ];
}

/** API Gateway takes a certificate of its own region. @param homeRegion unknown when synthesized offline: then nothing is refused */
export function certificateFaults({ linkCertificateArn }: ContextSettings, homeRegion: string | undefined): string[] {
  const region = linkCertificateArn?.split(':')[3];
  if (region === undefined || homeRegion === undefined || region === homeRegion) return [];
  return [
    `linkCertificateArn is ${show(linkCertificateArn)}: must be a certificate in ${homeRegion}, where the API stands`,
  ];
}
