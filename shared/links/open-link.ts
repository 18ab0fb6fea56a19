import type { LinkRecord } from '../contracts/records.ts';
import { hashToken, isTokenShaped } from '../mail/link-token.ts';
import type { Clock } from '../ports/platform.ts';
import type { Links } from '../records/links.ts';

export interface OpenLinkParts {
  readonly links: Pick<Links, 'read'>;
  readonly clock: Clock;
}

/** What a token opens. A malformed token and one that was never given are the same answer. */
export type OpenedLink =
  | { readonly kind: 'file'; readonly link: LinkRecord }
  | { readonly kind: 'expired'; readonly link: LinkRecord }
  | { readonly kind: 'revoked' }
  | { readonly kind: 'unknown' };

/**
 * Says what a token opens at this moment. The read is strongly consistent, so a link that was revoked before the call
 * never opens. A revoked link stays "revoked" after its expiry too; a record whose expiry cannot be read counts as
 * expired.
 * @throws TransientMailError `ERR_STORE_UNAVAILABLE`: a store that does not answer never reads as "unknown"
 */
export async function openLink({ links, clock }: OpenLinkParts, token: string): Promise<OpenedLink> {
  if (!isTokenShaped(token)) return { kind: 'unknown' };
  const link = await links.read(hashToken(token));
  if (link === undefined) return { kind: 'unknown' };
  if (link.state !== 'active') return { kind: 'revoked' };
  const isOpen = clock.now().getTime() < Date.parse(link.linkExpiresAt);
  return { kind: isOpen ? 'file' : 'expired', link };
}
