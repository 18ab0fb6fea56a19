import { timingSafeEqual } from 'node:crypto';
import type { LinkRecord } from '../contracts/records.ts';
import { hashToken } from '../mail/link-token.ts';
import type { Clock } from '../ports/platform.ts';
import type { LinkVerdicts } from '../records/link-verdicts.ts';
import type { Links } from '../records/links.ts';

export interface OpenLinkParts {
  readonly links: Pick<Links, 'read'>;
  readonly verdicts: Pick<LinkVerdicts, 'read'>;
  readonly clock: Clock;
}

/** Why a link that exists gives no file now. */
export type ClosedKind = 'expired' | 'revoked' | 'gone' | 'spent' | 'scanning' | 'infected' | 'unscannable';

/** What a token opens. A malformed token and one that was never given are the same answer. */
export type OpenedLink =
  | { readonly kind: 'file' | ClosedKind; readonly link: LinkRecord }
  | { readonly kind: 'unknown' };

/** A token has 32 characters; of anything longer only this much is hashed. */
const mostHashed = 64;

/**
 * Says what a token opens at this moment. The read is strongly consistent, so a link that was revoked before the call
 * never opens. A text that cannot be a token is looked up like any other, so that its answer takes as long.
 * @throws TransientMailError `ERR_STORE_UNAVAILABLE`: a store that does not answer never reads as "unknown"
 */
export async function openLink(parts: OpenLinkParts, token: string): Promise<OpenedLink> {
  const tokenHash = hashToken(token.slice(0, mostHashed));
  const link = await parts.links.read(tokenHash);
  if (link === undefined || token.length > mostHashed || !isSame(link.tokenHash, tokenHash)) return { kind: 'unknown' };
  return { kind: await kindOf(parts, link), link };
}

/**
 * What a link gives now. Withdrawn stays withdrawn after the expiry too, and bytes known as harmful are named before
 * anything that asking for a new link could mend. An expiry that cannot be read counts as past.
 */
export async function kindOf(
  { verdicts, clock }: Pick<OpenLinkParts, 'verdicts' | 'clock'>,
  link: LinkRecord,
): Promise<'file' | ClosedKind> {
  if (link.state !== 'active') return 'revoked';
  const verdict = (await verdicts.read(link.sha256))?.verdict;
  if (verdict === 'infected') return 'infected';
  const now = clock.now().getTime();
  if (link.keptUntil !== undefined && now >= Date.parse(link.keptUntil)) return 'gone';
  if (!(now < Date.parse(link.linkExpiresAt))) return 'expired';
  if (link.unscannable !== undefined) {
    if (verdict === 'unscannable' && link.unscannable === 'withhold') return 'unscannable';
    if (verdict === undefined || verdict === 'pending') return 'scanning';
  }
  return link.downloadsLeft !== undefined && link.downloadsLeft < 1 ? 'spent' : 'file';
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
