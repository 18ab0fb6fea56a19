import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DnsRecords } from './dns-records.ts';
import { DomainIdentity } from './domain-identity.ts';
import { zoneOf } from './hosted-zone.ts';
import { type ReceiveMailProps, receiveMail } from './receive-mail.ts';

/**
 * What must stand where SES receives, when everything else stands in another region: the receipt rules, their rule set
 * and its activation, and the domain's identity. It names the bucket and the role at home by their fixed names, so that nothing has to be carried
 * from region to region.
 */
export class ReceivingStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & ReceiveMailProps) {
    super(scope, id, props);
    receiveMail(this, props);
    const { domain, makeIdentity } = props.settings;
    if (domain === undefined || !makeIdentity) return;
    // SES verifies a domain in each region by itself, with other DKIM keys.
    const { records } = new DomainIdentity(this, 'Domain', { domain });
    new DnsRecords(this, 'Dns', { records, zone: zoneOf(props.settings) });
  }
}
