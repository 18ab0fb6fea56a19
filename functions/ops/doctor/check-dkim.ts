import type { SendingIdentity } from '../../../shared/ports/deployment-facts.ts';
import type { Dns } from './dns.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('dkim');
const usualZone = 'dkim.amazonses.com';

/**
 * Whether what an identity sends is signed, and whether the world finds the keys.
 * @see RFC 6376 §3.6.2
 * @see https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html
 */
export async function checkDkim(dns: Dns, identity: SendingIdentity): Promise<readonly Finding[]> {
  const { name, dkim } = identity;
  if (name.includes('@')) {
    const domain = name.slice(name.lastIndexOf('@') + 1);
    return [
      say.warning(
        name,
        'an address as an identity is signed for amazonses.com only',
        `verify ${domain} as a domain identity with DKIM`,
      ),
    ];
  }
  if (!dkim.isEnabled)
    return [say.error(name, 'SES does not sign its mail', 'switch DKIM signing on for the identity')];
  const records = dkim.origin === 'EXTERNAL' ? [] : await checkTokens(dns, identity);
  if (dkim.status !== 'SUCCESS') {
    const what = records.length > 0 ? 'publish its records' : 'wait for SES to see its records, up to 72 h';
    return [say.error(name, `SES says that DKIM is ${dkim.status}`, what), ...records];
  }
  return records.length > 0 ? records : [say.ok(name, `signed, ${dkim.tokens.length} keys found`)];
}

/** One finding for each record that is missing or leads elsewhere. */
async function checkTokens(dns: Dns, { name, dkim }: SendingIdentity): Promise<readonly Finding[]> {
  const zone = dkim.hostedZone ?? usualZone;
  const found = await Promise.all(
    dkim.tokens.map(async (token) => {
      const record = `${token}._domainkey.${name}`;
      const target = `${token}.${zone}`;
      const [leadsTo] = await dns.cname(record);
      if (leadsTo?.toLowerCase().replace(/\.$/, '') === target.toLowerCase()) return undefined;
      const finding = leadsTo === undefined ? 'the key has no record' : `the key leads to ${leadsTo}`;
      return say.error(name, finding, `publish ${record} CNAME ${target}`);
    }),
  );
  return found.filter((finding) => finding !== undefined);
}
