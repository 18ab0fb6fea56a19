import type { Dns } from './dns.ts';

/** What following an SPF record finds. */
export interface SpfWalk {
  readonly lookupCount: number;
  /** The domains that were included, directly or through others. */
  readonly includes: ReadonlySet<string>;
  /** Domains that are included and have no SPF record, or several: each is a permanent error. */
  readonly broken: readonly string[];
}

/** Terms that cost a lookup each. @see RFC 7208 §4.6.4 */
const costly = /^[+?~-]?(?:include:|a(?:[:/]|$)|mx(?:[:/]|$)|ptr(?::|$)|exists:)|^redirect=/i;
/** Far beyond the ten that are allowed: there is no need to follow a loop further. */
const mostLookups = 30;

export const isSpf = (record: string) => /^v=spf1(?:\s|$)/i.test(record);

/** Follows includes and redirects, as a receiver does. */
export async function walkSpf(dns: Dns, record: string): Promise<SpfWalk> {
  const walk = { lookupCount: 0, includes: new Set<string>(), broken: [] as string[] };
  await follow(dns, record, walk);
  return walk;
}

type Walking = { lookupCount: number; readonly includes: Set<string>; readonly broken: string[] };

async function follow(dns: Dns, record: string, walk: Walking): Promise<void> {
  for (const term of record.split(/\s+/).slice(1)) {
    if (!costly.test(term) || walk.lookupCount >= mostLookups) continue;
    walk.lookupCount += 1;
    const domain = /^(?:[+?~-]?include:|redirect=)(\S+)$/i.exec(term)?.[1]?.toLowerCase();
    // A macro stands for what only a receiver knows.
    if (domain === undefined || domain.includes('%')) continue;
    const isNew = !walk.includes.has(domain);
    walk.includes.add(domain);
    const records = (await dns.txt(domain)).filter(isSpf);
    const [only] = records;
    if (only === undefined || records.length > 1) walk.broken.push(domain);
    else if (isNew) await follow(dns, only, walk);
    else walk.lookupCount += 1;
  }
}
