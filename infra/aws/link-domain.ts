import { DomainName, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { DnsRecords, type Zone } from './dns-records.ts';
import { isWithin } from './domain-names.ts';

export interface LinkDomainProps {
  readonly domainName: string;
  /** Absent: one is made, which the zone validates. */
  readonly certificateArn: string | undefined;
  readonly zone: Zone | undefined;
}

/** The name that mailed links lead to, under its own certificate and over TLS 1.2 or later. */
export class LinkDomain extends Construct {
  readonly domainName: string;
  readonly name: DomainName;

  constructor(scope: Construct, id: string, props: LinkDomainProps) {
    super(scope, id);
    const { domainName } = props;
    this.domainName = domainName;
    const zone = this.useZone(props);
    this.name = new DomainName(this, 'Name', {
      domainName,
      certificate: this.useCertificate(props, zone),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    const { regionalDomainName, regionalHostedZoneId } = this.name;
    if (zone === undefined) {
      const records = [
        { id: 'Links', type: 'CNAME', domain: domainName, name: domainName, value: regionalDomainName },
      ] as const;
      new DnsRecords(this, 'Dns', { records, zone: undefined });
    } else {
      const target = new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId);
      new ARecord(this, 'Alias', { zone, recordName: domainName, target: RecordTarget.fromAlias(target) });
    }
  }

  private useZone({ domainName, zone }: LinkDomainProps): IHostedZone | undefined {
    if (zone === undefined || !isWithin(domainName, zone.name)) return undefined;
    return HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: zone.id, zoneName: zone.name });
  }

  private useCertificate({ domainName, certificateArn }: LinkDomainProps, zone: IHostedZone | undefined): ICertificate {
    if (certificateArn !== undefined) return Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    return new Certificate(this, 'Certificate', { domainName, validation: CertificateValidation.fromDns(zone) });
  }
}
