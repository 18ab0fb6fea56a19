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

/** What is said when SPF or DMARC, of which there is one each, is told twice: someone else has had a hand in it. */
const ambiguous = 'AMBIGUOUS';

/**
 * Reads `method=result` with its properties out of an `Authentication-Results` value written by SES.
 * @see RFC 8601 §2.2
 */
function readAuthenticationResults(value: string): Omit<Verdicts, 'spam' | 'virus'> {
  const clauses = splitClauses(value).slice(1, 50);
  const methods = clauses.flatMap((clause) => {
    const [, name = '', result = ''] = /^\s*(spf|dkim|dmarc)=([a-z]+)/i.exec(clause) ?? [];
    return name === '' ? [] : [{ name: name.toLowerCase(), result: result.toUpperCase(), clause }];
  });
  const of = (wanted: string) => methods.filter(({ name }) => name === wanted);
  const only = (wanted: string) => (of(wanted).length > 1 ? ambiguous : of(wanted)[0]?.result);
  const signed = of('dkim').filter(({ result }) => result === 'PASS');
  const spf = only('spf');
  return withoutUndefined({
    spf,
    dkim: (signed[0] ?? of('dkim')[0])?.result,
    dmarc: only('dmarc'),
    authenticatedDomains: [
      ...(spf === 'PASS' ? envelopeDomains(clauses) : []),
      ...signed.flatMap(({ clause }) => signerOf(clause)),
    ],
  });
}

/**
 * The clauses between semicolons, without comments. A semicolon in a quoted string parts nothing: an envelope sender may
 * hold one (RFC 5321 §4.1.2), and must not be able to write a clause of its own.
 */
function splitClauses(value: string): string[] {
  const clauses: string[] = [''];
  let depth = 0;
  for (const token of value.match(token8601) ?? []) {
    if (token === '(') depth += 1;
    else if (token === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0 && token === ';') clauses.push('');
    else if (depth === 0) clauses.push((clauses.pop() ?? '') + token);
  }
  return clauses;
}

/** A quoted string, a run of plain characters, or one of those that part. */
const token8601 = /"(?:[^"\\]|\\.)*"|[^"();]+|[\s\S]/g;

/** SES writes `header.i=@domain` (or `header.d=`) in the DKIM clause. */
function signerOf(clause: string): string[] {
  const signer = /\sheader\.(?:i|d)=@?([^\s;"]+)/i.exec(clause)?.[1] ?? '';
  return signer === '' ? [] : [signer.includes('@') ? domainOf(signer) : signer.toLowerCase()];
}

/** SES writes `envelope-from=` as a clause of its own, others as a property of the SPF clause. Two are none. */
function envelopeDomains(clauses: readonly string[]): string[] {
  const senders = clauses.flatMap((clause) => /(?:^|\s)envelope-from=(\S+)/i.exec(clause)?.[1] ?? []);
  const [sender] = senders;
  if (sender === undefined || senders.length > 1 || sender.includes('"')) return [];
  return [domainOf(sender) || sender.toLowerCase()];
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
