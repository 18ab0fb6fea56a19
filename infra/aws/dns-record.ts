/** A record that a name must have, whoever keeps its zone. */
export interface DnsRecord {
  /** A construct's id. */
  readonly id: string;
  readonly type: 'MX' | 'TXT' | 'CNAME';
  /** The domain that the name is in: the name itself may be known at deploy only. */
  readonly domain: string;
  /** Fully qualified, without a dot at its end. */
  readonly name: string;
  /** As a zone file has it, without the quotes of a text. */
  readonly value: string;
}
