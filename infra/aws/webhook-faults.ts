import type { ContextSettings } from './context-schema.ts';
import { isWithin } from './domain-names.ts';
import { isPublicName } from './public-names.ts';

const show = (value: string | undefined) => JSON.stringify(value);

/**
 * What is wrong with the name of the HTTPS subscriber, one line each.
 * @param homeRegion unknown when synthesized offline: then no certificate's region is refused
 */
export function webhookFaults(context: ContextSettings, homeRegion: string | undefined): string[] {
  const { webhookDomain, webhookCertificateArn, hostedZoneName } = context;
  if (webhookDomain === undefined) return [];
  const faults: string[] = [];
  if (!isPublicName(webhookDomain))
    faults.push(`webhookDomain is ${show(webhookDomain)}: must be in the public DNS, where SNS looks it up`);
  if (webhookDomain === context.linkDomain)
    faults.push(`webhookDomain is ${show(webhookDomain)}: must be another name than linkDomain`);
  const isInZone = hostedZoneName !== undefined && isWithin(webhookDomain, hostedZoneName);
  if (webhookCertificateArn === undefined && !isInZone) {
    faults.push(
      `webhookCertificateArn is not set: must be the certificate of ${webhookDomain}, or ${webhookDomain} must lie in hostedZoneName, where a certificate is validated`,
    );
  }
  const region = webhookCertificateArn?.split(':')[3];
  if (region !== undefined && homeRegion !== undefined && region !== homeRegion) {
    faults.push(
      `webhookCertificateArn is ${show(webhookCertificateArn)}: must be a certificate in ${homeRegion}, where the load balancer stands`,
    );
  }
  return faults;
}
