import type { Stack } from 'aws-cdk-lib';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import { domainOf } from '../../shared/mail/address.ts';
import { isWithin } from './domain-names.ts';
import type { AwsSettings } from './settings.ts';

/**
 * The identities under which SES may find a sender verified: the address, its domain, and our domain when the sender
 * lies below it.
 */
export function identityNames(settings: AwsSettings): readonly string[] {
  const names = settings.routes.flatMap(({ identity }) => {
    const domain = domainOf(identity);
    return [identity, domain, ...settings.receivingDomains.filter((parent) => isWithin(domain, parent))];
  });
  return [...new Set(names)];
}

/**
 * What SES checks when it is asked to send: the identity and the configuration set, and that the mail is from one of the
 * routes' own addresses, whatever else its domain is verified for.
 * @see https://docs.aws.amazon.com/ses/latest/dg/sending-authorization-policies.html
 */
export function senderScope(
  stack: Stack,
  settings: AwsSettings,
  configurationSetArns: readonly string[],
): Pick<PolicyStatementProps, 'resources' | 'conditions'> {
  const { account, partition, region } = stack;
  const identityArns = identityNames(settings).map(
    (name) => `arn:${partition}:ses:${region}:${account}:identity/${name}`,
  );
  const senders = [...new Set(settings.routes.map((route) => route.identity))];
  return {
    resources: [...identityArns, ...configurationSetArns],
    conditions: { StringEqualsIgnoreCase: { 'ses:FromAddress': senders } },
  };
}
