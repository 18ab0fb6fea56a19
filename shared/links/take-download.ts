import { randomBytes } from 'node:crypto';
import type { LinkRecord } from '../contracts/records.ts';
import { sha256Hex } from '../mail/hash.ts';
import type { Clock } from '../ports/platform.ts';
import type { LinkGrant, LinkGrants, TakeResult } from '../records/link-grants.ts';

export interface TakeDownloadParts {
  readonly grants: LinkGrants;
  readonly clock: Clock;
}

/** How long one press of the button gives the file, resumed as often as need be. Unit: milliseconds. */
export const grantMs = 15 * 60_000;

const grantBytes = 24;
const pressShape = /^[A-Za-z0-9_-]{16,64}$/;

export interface TakenDownload {
  readonly result: TakeResult;
  /** What the URL of the download holds; good when the result is `granted` or `repeated`. */
  readonly grant: string;
}

/**
 * Counts one download and gives the permission to fetch it, for 15 minutes or until the link ends.
 * @param links the files that are fetched; the permission belongs to the first
 * @param press what the page's button sent: the same press twice (a double click, a reload) is one download
 */
export async function takeDownload(
  { grants, clock }: TakeDownloadParts,
  token: string,
  links: readonly LinkRecord[],
  { press, archiveKey }: { readonly press?: string | undefined; readonly archiveKey?: string } = {},
): Promise<TakenDownload> {
  const now = clock.now().getTime();
  const ends = links.map(({ linkExpiresAt }) => Date.parse(linkExpiresAt));
  const until = new Date(Math.min(now + grantMs, ...ends)).toISOString();
  const grant = (press === undefined ? undefined : pressedGrant(token, press)) ?? freshGrant();
  const record: LinkGrant = archiveKey === undefined ? { until } : { until, archiveKey };
  const result = await grants.take(links, hashGrant(grant), record);
  if (result !== 'repeated' || (await isGood(grants, clock, links, grant))) return { result, grant };
  const again = freshGrant();
  return { result: await grants.take(links, hashGrant(again), record), grant: again };
}

/** The permission that a download's URL names, while it is good. */
export async function readGrant(
  { grants, clock }: TakeDownloadParts,
  tokenHash: string,
  grant: string,
): Promise<LinkGrant | undefined> {
  const found = await grants.read(tokenHash, hashGrant(grant));
  return found !== undefined && clock.now().getTime() < Date.parse(found.until) ? found : undefined;
}

async function isGood(grants: LinkGrants, clock: Clock, links: readonly LinkRecord[], grant: string): Promise<boolean> {
  const [first] = links;
  return first !== undefined && (await readGrant({ grants, clock }, first.tokenHash, grant)) !== undefined;
}

const freshGrant = () => randomBytes(grantBytes).toString('base64url');

/** The permission that a press of the button gives; cannot be told without the token, which is a secret. */
export function pressedGrant(token: string, press: string): string | undefined {
  return pressShape.test(press) ? sha256Hex('press', token, press).slice(0, 2 * grantBytes) : undefined;
}

const hashGrant = (grant: string) => sha256Hex('grant', grant.slice(0, 100));
