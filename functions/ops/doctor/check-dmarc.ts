import type { Dns } from './dns.ts';
import { type Finding, findingsOf } from './finding.ts';

const say = findingsOf('dmarc');

/**
 * Whether the domain in From says what receivers shall do with mail that only claims to be from it; its parents' word
 * counts where it has none of its own.
 * @see RFC 7489 §6.3, §6.6.3
 */
export async function checkDmarc(dns: Dns, domain: string): Promise<readonly Finding[]> {
  for (const name of parents(domain)) {
    const records = (await dns.txt(`_dmarc.${name}`)).filter((record) => /^v=DMARC1(?:\s*;|\s*$)/i.test(record));
    const [record] = records;
    if (record === undefined) continue;
    if (records.length > 1) {
      return [say.error(domain, `_dmarc.${name} has ${records.length} records: receivers use none`, 'leave one')];
    }
    return [judge(domain, name, record)];
  }
  return [
    say.warning(
      domain,
      'has no DMARC record: large mailbox providers refuse or sort out such mail',
      `publish _dmarc.${domain} TXT "v=DMARC1; p=none; rua=mailto:…", later p=quarantine`,
    ),
  ];
}

/** The domain and what is above it, down to two labels. */
function parents(domain: string): readonly string[] {
  const labels = domain.split('.');
  return labels.slice(0, Math.max(1, labels.length - 1)).map((_label, index) => labels.slice(index).join('.'));
}

function judge(domain: string, name: string, record: string): Finding {
  const tags = new Map(
    record.split(';').map((tag) => {
      const [key = '', ...value] = tag.split('=');
      return [key.trim().toLowerCase(), value.join('=').trim().toLowerCase()] as const;
    }),
  );
  const at = `_dmarc.${name}`;
  const policy = (name === domain ? undefined : tags.get('sp')) ?? tags.get('p') ?? '';
  if (!['none', 'quarantine', 'reject'].includes(policy)) {
    return say.error(domain, `${at} holds no valid policy`, 'give it p=none, p=quarantine or p=reject');
  }
  const percent = tags.get('pct');
  if (percent !== undefined && !/^(?:\d{1,2}|100)$/.test(percent)) {
    return say.error(domain, `${at} holds a pct that is no percentage`, 'remove pct from it');
  }
  if (policy === 'none') {
    return say.warning(
      domain,
      'its DMARC policy is none: forged mail is only reported',
      `once the reports are clean, set p=quarantine in ${at}`,
    );
  }
  return say.ok(domain, `DMARC policy ${policy}${name === domain ? '' : ` from ${name}`}`);
}
