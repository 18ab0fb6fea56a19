import type { Dns } from './dns.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('mx');
const plain = (host: string) => host.toLowerCase().replace(/\.$/, '');

/**
 * Whether mail for a domain comes to SES: its preferred MX is the region's inbound server, and no other takes a part.
 * @see RFC 5321 §5.1
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-mx-record.html
 */
export async function checkMx(dns: Dns, domain: string, sesRegion: string): Promise<readonly Finding[]> {
  const ours = `inbound-smtp.${sesRegion}.amazonaws.com`;
  const record = `${domain} MX 10 ${ours}`;
  const found = (await dns.mx(domain)).toSorted((a, b) => a.priority - b.priority);
  const [first] = found;
  if (first === undefined) return [say.error(domain, 'has no MX record: no mail arrives', `publish ${record}`)];
  const own = found.find(({ exchange }) => plain(exchange) === ours);
  if (own === undefined) {
    return [
      say.error(domain, `its MX leads to ${plain(first.exchange)}, not to SES in ${sesRegion}`, `publish ${record}`),
    ];
  }
  const others = found.filter((one) => plain(one.exchange) !== ours);
  const before = others.filter(({ priority }) => priority <= own.priority);
  if (before.length > 0) {
    const hosts = before.map(({ exchange }) => plain(exchange)).join(', ');
    return [
      say.error(
        domain,
        `${hosts} is preferred to SES, or equal to it`,
        `give ${ours} the lowest number of all its MX records`,
      ),
    ];
  }
  if (others.length > 0) {
    const hosts = others.map(({ exchange }) => plain(exchange)).join(', ');
    return [
      say.warning(
        domain,
        `mail goes to ${hosts} when SES is busy, and never comes here`,
        'remove the other MX records',
      ),
    ];
  }
  return [say.ok(domain, `MX ${own.priority} ${ours}`)];
}
