import type { SendingIdentity } from '../../../shared/ports/deployment-facts.ts';
import type { Dns } from './dns.ts';
import { type Finding, findingsOf } from './finding.ts';
import { isSpf, walkSpf } from './spf-lookups.ts';

const say = findingsOf('spf');
const sesInclude = 'amazonses.com';
/** @see RFC 7208 §4.6.4 */
const mostLookups = 10;

/**
 * Whether receivers find SES allowed to send for the envelope's domain: the identity's MAIL FROM domain.
 * @see RFC 7208
 * @see https://docs.aws.amazon.com/ses/latest/dg/mail-from.html
 */
export async function checkSpf(dns: Dns, identity: SendingIdentity, region: string): Promise<readonly Finding[]> {
  const { name, mailFrom } = identity;
  if (mailFrom === undefined) {
    return [
      say.warning(
        name,
        'has no MAIL FROM domain: SPF passes for amazonses.com, which counts nothing for DMARC',
        'set a MAIL FROM domain below it, with its MX and SPF records',
      ),
    ];
  }
  const { domain, status } = mailFrom;
  const findings = [...(await checkFeedback(dns, domain, region)), ...(await checkRecord(dns, domain))];
  if (status === 'SUCCESS') return findings;
  return [
    say.error(domain, `SES says that the MAIL FROM domain is ${status}`, 'publish its MX and SPF records'),
    ...findings,
  ];
}

/** SES uses a MAIL FROM domain only while bounces can come back through it. */
async function checkFeedback(dns: Dns, domain: string, region: string): Promise<readonly Finding[]> {
  const host = `feedback-smtp.${region}.amazonses.com`;
  const found = await dns.mx(domain);
  const isOnly = found.length === 1 && found[0]?.exchange.toLowerCase().replace(/\.$/, '') === host;
  if (isOnly) return [];
  const finding = found.length === 0 ? 'has no MX record' : 'has another MX record than SES wants';
  return [say.error(domain, finding, `publish ${domain} MX 10 ${host}, and no other`)];
}

async function checkRecord(dns: Dns, domain: string): Promise<readonly Finding[]> {
  const records = (await dns.txt(domain)).filter(isSpf);
  const wanted = `${domain} TXT "v=spf1 include:${sesInclude} ~all"`;
  const [record] = records;
  if (record === undefined) return [say.error(domain, 'has no SPF record', `publish ${wanted}`)];
  if (records.length > 1) {
    return [
      say.error(domain, `has ${records.length} SPF records, which receivers take for an error`, `leave one: ${wanted}`),
    ];
  }
  const { lookupCount, includes, broken } = await walkSpf(dns, record);
  const findings: Finding[] = [];
  if (!includes.has(sesInclude)) {
    findings.push(say.error(domain, 'its SPF record does not allow SES', `add include:${sesInclude} to it`));
  }
  if (lookupCount > mostLookups) {
    findings.push(
      say.error(
        domain,
        `its SPF record needs ${lookupCount} lookups; receivers stop at ${mostLookups}`,
        'remove what is not used',
      ),
    );
  }
  for (const one of broken) {
    findings.push(
      say.error(domain, `its SPF record includes ${one}, which has not exactly one`, `remove include:${one}`),
    );
  }
  if (/\s\+?all(?:\s|$)/i.test(record)) {
    findings.push(say.error(domain, 'its SPF record allows everyone', 'end it with ~all or -all'));
  }
  return findings.length > 0 ? findings : [say.ok(domain, `SPF allows SES, ${lookupCount} of ${mostLookups} lookups`)];
}
