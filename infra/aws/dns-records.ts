import { CfnOutput } from 'aws-cdk-lib';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { DnsRecord } from './dns-record.ts';
import { isWithin } from './domain-names.ts';

/** A Route 53 zone of the account's. */
export interface Zone {
  readonly id: string;
  readonly name: string;
}

export interface DnsRecordsProps {
  readonly records: readonly DnsRecord[];
  /** Absent: somebody sets the records by hand. */
  readonly zone: Zone | undefined;
}

/** Short, so that a wrong value does not stay in caches for long. */
const ttlSeconds = 300;

/** Makes the records whose names lie in the zone, and tells the others so that they can be copied. */
export class DnsRecords extends Construct {
  constructor(scope: Construct, id: string, { records, zone }: DnsRecordsProps) {
    super(scope, id);
    for (const record of records) {
      if (zone !== undefined && isWithin(record.domain, zone.name)) this.make(record, zone);
      else this.tell(record);
    }
  }

  private make({ id, type, name, value }: DnsRecord, zone: Zone): void {
    new CfnRecordSet(this, id, {
      hostedZoneId: zone.id,
      name,
      type,
      ttl: String(ttlSeconds),
      resourceRecords: [type === 'TXT' ? `"${value}"` : value],
    });
  }

  private tell({ id, type, name, value }: DnsRecord): void {
    const output = new CfnOutput(this, id, {
      description: 'A DNS record to set: name, type, value',
      value: `${name} ${type} ${type === 'TXT' ? `"${value}"` : value}`,
    });
    output.overrideLogicalId(`Dns${id}`);
  }
}
