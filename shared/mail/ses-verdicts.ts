import { domainOf } from './address.ts';

/** What SES found out about a mail as it arrived. A missing field is missing: it is never a pass. */
export interface Verdicts {
  readonly spam?: string;
  readonly virus?: string;
  readonly spf?: string;
  readonly dkim?: string;
  readonly dmarc?: string;
  /** Domains that SPF or DKIM vouches for, in lower case. */
  readonly authenticatedDomains: readonly string[];
}

interface Field {
  readonly name: string;
  readonly value: string;
}

const sesReceived = /\bby inbound-smtp\.([a-z0-9-]+)\.amazonaws\.com\b/;

/**
 * Reads SES's own header fields from the only place where a sender cannot have put them: from the first field of the
 * mail to the first `X-SES-DKIM-SIGNATURE`, and only when a `Received` in there is by SES's inbound server.
 * Everything below may be forged. Answers `undefined` when there is no such block.
 *
 * @param region only this region's server counts; any when absent
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-concepts.html
 */
export function readSesVerdicts(fields: readonly Field[], region?: string): Verdicts | undefined {
  const end = fields.findIndex((field) => field.name === 'x-ses-dkim-signature');
  if (end < 0) return undefined;
  const block = fields.slice(0, end);
  const received = block.find((field) => field.name === 'received');
  const server = sesReceived.exec(received?.value ?? '');
  if (server === null || (region !== undefined && server[1] !== region)) return undefined;

  const first = (name: string) =>
    block
      .find((field) => field.name === name)
      ?.value.trim()
      .toUpperCase();
  const results = block.find((field) => field.name === 'authentication-results')?.value ?? '';
  return withoutUndefined({
    spam: first('x-ses-spam-verdict'),
    virus: first('x-ses-virus-verdict'),
    ...readAuthenticationResults(results),
  });
}

/**
 * Reads `method=result` with its properties out of an `Authentication-Results` value written by SES.
 * @see RFC 8601 §2.2
 */
function readAuthenticationResults(value: string): Omit<Verdicts, 'spam' | 'virus'> {
  const domains: string[] = [];
  const results = new Map<string, string>();
  for (const clause of value.split(';').slice(1, 50)) {
    const method = /^\s*(spf|dkim|dmarc)=([a-z]+)/i.exec(clause);
    if (method === null) continue;
    const name = (method[1] ?? '').toLowerCase();
    const result = (method[2] ?? '').toUpperCase();
    if (results.get(name) !== 'PASS') results.set(name, result);
    if (result === 'PASS') domains.push(...vouchedDomains(name, clause, value));
  }
  return withoutUndefined({
    spf: results.get('spf'),
    dkim: results.get('dkim'),
    dmarc: results.get('dmarc'),
    authenticatedDomains: domains,
  });
}

/** SES writes `header.i=@domain` (or `header.d=`) in the DKIM clause, and `envelope-from=` as a clause of its own. */
function vouchedDomains(method: string, clause: string, whole: string): string[] {
  if (method === 'dkim') {
    const signer = /header\.(?:i|d)=@?([^\s;]+)/i.exec(clause)?.[1] ?? '';
    return signer === '' ? [] : [signer.includes('@') ? domainOf(signer) : signer.toLowerCase()];
  }
  if (method !== 'spf') return [];
  const sender = /envelope-from=([^\s;]+)/i.exec(whole)?.[1] ?? '';
  return sender === '' ? [] : [domainOf(sender) || sender.toLowerCase()];
}

/**
 * Whether two domains belong together: equal, or one is under the other (DMARC's relaxed alignment without the list of
 * public suffixes, which two real names of one owner do not need).
 * @see RFC 7489 §3.1
 */
export function isAligned(one: string, other: string): boolean {
  if (one === '' || other === '') return false;
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`);
}

function withoutUndefined<Shape extends object>(shape: { [Name in keyof Shape]: Shape[Name] | undefined }): Shape {
  // Only undefined values are taken away, which optional properties allow: this is a parse edge.
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Shape;
}
