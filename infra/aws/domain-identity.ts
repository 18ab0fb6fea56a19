import { Stack } from 'aws-cdk-lib';
import { CfnEmailIdentity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { DnsRecord } from './dns-record.ts';

export interface DomainIdentityProps {
  readonly domain: string;
  /** Absent: nothing is sent here, mail only comes. */
  readonly sending?: {
    readonly mailFromDomain: string;
    /** For mail that names none, such as that of devices. */
    readonly configurationSetName: string;
  };
}

/**
 * A domain that SES verifies by its DKIM records, with a MAIL FROM domain of its own, so that SPF is aligned too.
 * Bounces and complaints are told by the configuration set's events: SES does not mail them to the sender as well.
 * @see https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html and mail-from.html
 */
export class DomainIdentity extends Construct {
  /** What the domain's zone must hold before SES takes the identity for verified. */
  readonly records: readonly DnsRecord[];

  constructor(scope: Construct, id: string, props: DomainIdentityProps) {
    super(scope, id);
    const identity = new CfnEmailIdentity(this, 'Identity', {
      emailIdentity: props.domain,
      dkimAttributes: { signingEnabled: true },
      dkimSigningAttributes: { nextSigningKeyLength: 'RSA_2048_BIT' },
      feedbackAttributes: { emailForwardingEnabled: false },
      ...(props.sending === undefined ? {} : sendingAttributes(props.sending)),
    });
    const mailFrom = props.sending === undefined ? [] : mailFromRecords(this, props.sending.mailFromDomain);
    this.records = [...dkimRecords(identity, props.domain), ...mailFrom];
  }
}

function sendingAttributes({ mailFromDomain, configurationSetName }: NonNullable<DomainIdentityProps['sending']>) {
  return {
    // Until the MAIL FROM records are found mail leaves under SES's own domain: late records hold up nothing.
    mailFromAttributes: { mailFromDomain, behaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
    configurationSetAttributes: { configurationSetName },
  };
}

function dkimRecords(identity: CfnEmailIdentity, domain: string): readonly DnsRecord[] {
  const tokens = [
    [identity.attrDkimDnsTokenName1, identity.attrDkimDnsTokenValue1],
    [identity.attrDkimDnsTokenName2, identity.attrDkimDnsTokenValue2],
    [identity.attrDkimDnsTokenName3, identity.attrDkimDnsTokenValue3],
  ] as const;
  return tokens.map(([name, value], index) => ({ id: `Dkim${index + 1}`, type: 'CNAME', domain, name, value }));
}

/** @see https://docs.aws.amazon.com/ses/latest/dg/mail-from.html#mail-from-set */
function mailFromRecords(scope: Construct, domain: string): readonly DnsRecord[] {
  const exchanger = `10 feedback-smtp.${Stack.of(scope).region}.amazonses.com`;
  return [
    { id: 'MailFromMx', type: 'MX', domain, name: domain, value: exchanger },
    { id: 'MailFromSpf', type: 'TXT', domain, name: domain, value: 'v=spf1 include:amazonses.com ~all' },
  ];
}
