import type { Stack } from 'aws-cdk-lib';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import { domainOf } from '../../shared/mail/address.ts';
import { isWithin } from './domain-names.ts';
import type { AwsSettings } from './settings.ts';

/**
 * The identities under which SES may find an address verified: the address, its domain, and our domain when the address
 * lies below it.
 */
function identityNames(settings: AwsSettings, address: string): readonly string[] {
  const domain = domainOf(address);
  return [address, domain, ...settings.receivingDomains.filter((parent) => isWithin(domain, parent))];
}

/**
 * What SES checks when it is asked to send: the identity and the configuration set, and that the mail is from one of these
 * addresses, whatever else their domains are verified for.
 * @see https://docs.aws.amazon.com/ses/latest/dg/sending-authorization-policies.html
 */
export function senderScope(
  stack: Stack,
  settings: AwsSettings,
  senders: readonly string[],
  configurationSetArns: readonly string[],
): Pick<PolicyStatementProps, 'resources' | 'conditions'> {
  const { account, partition, region } = stack;
  const names = new Set(senders.flatMap((sender) => identityNames(settings, sender)));
  const identityArns = [...names].map((name) => `arn:${partition}:ses:${region}:${account}:identity/${name}`);
  return {
    resources: [...identityArns, ...configurationSetArns],
    conditions: { StringEqualsIgnoreCase: { 'ses:FromAddress': [...new Set(senders)] } },
  };
}
