import { Construct } from 'constructs';
import type { DnsRecord } from './dns-record.ts';
import { DnsRecords } from './dns-records.ts';
import { DomainIdentity } from './domain-identity.ts';
import { zoneOf } from './hosted-zone.ts';
import type { AwsSettings } from './settings.ts';

export interface MailDomainsProps {
  readonly settings: AwsSettings;
  /** Where SES receives. */
  readonly receivingRegion: string;
  readonly configurationSetName: string;
}

/**
 * What DNS must say for mail to come, and to be believed when it goes: the monitored domains' exchangers, and DKIM,
 * MAIL FROM and DMARC of the domain whose identity is made.
 */
export class MailDomains extends Construct {
  constructor(scope: Construct, id: string, props: MailDomainsProps) {
    super(scope, id);
    const { settings, receivingRegion, configurationSetName } = props;
    const { domain, mailFromDomain, monitoredDomains } = settings;
    const identity =
      domain === undefined || mailFromDomain === undefined
        ? []
        : [
            ...new DomainIdentity(this, 'Domain', { domain, sending: { mailFromDomain, configurationSetName } })
              .records,
            ...dmarcRecords(settings, domain),
          ];
    const records = [...exchangerRecords(monitoredDomains, receivingRegion), ...identity];
    new DnsRecords(this, 'Dns', { records, zone: zoneOf(settings) });
  }
}

/** The monitored domains alone: mail for a domain above them goes where it went. */
function exchangerRecords(domains: readonly string[], region: string): readonly DnsRecord[] {
  const value = `10 inbound-smtp.${region}.amazonaws.com`;
  return domains.map((domain, index) => ({ id: `Mx${index + 1}`, type: 'MX', domain, name: domain, value }));
}

/** @see RFC 7489 §6.3 */
function dmarcRecords({ dmarcPolicy, dmarcReports }: AwsSettings, domain: string): readonly DnsRecord[] {
  if (dmarcPolicy === 'off') return [];
  const reports = dmarcReports === undefined ? '' : `; rua=mailto:${dmarcReports}`;
  const value = `v=DMARC1; p=${dmarcPolicy}${reports}`;
  return [{ id: 'Dmarc', type: 'TXT', domain, name: `_dmarc.${domain}`, value }];
}
