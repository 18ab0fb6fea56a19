import type { LinkRecord } from '../contracts/records.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Clock } from '../ports/platform.ts';
import type { Links } from '../records/links.ts';
import type { Doer, LinksChanged } from './revoke-links.ts';
import { type LinkSelection, selectLinks } from './select-links.ts';

export interface RenewLinksParts {
  readonly links: Links;
  readonly files: Pick<BlobStore, 'head'>;
  readonly clock: Clock;
}

export interface LinksRenewed extends LinksChanged {
  /** Links whose file is no longer kept, or whose URL the gateway does not answer: they stay as they are. */
  readonly refused: readonly { readonly link: LinkRecord; readonly why: 'gone' | 'presigned' }[];
  /** Set where the file's own end came before the asked expiry. */
  readonly shortened?: boolean;
}

/**
 * Opens links again under the URLs that they have: expired or withdrawn ones too, with all their downloads. A link
 * never lasts longer than its file.
 * @param forSeconds counted from now; absent: as long as the link was first given
 */
export async function renewLinks(
  { links, files, clock }: RenewLinksParts,
  selection: LinkSelection,
  { forSeconds, ...doer }: Doer & { readonly forSeconds?: number },
): Promise<LinksRenewed> {
  const changed: LinkRecord[] = [];
  const now: LinkRecord[] = [];
  const refused: { link: LinkRecord; why: 'gone' | 'presigned' }[] = [];
  let shortened = false;
  for (const link of await selectLinks(links, selection)) {
    const why = await refusal(files, clock, link);
    if (why !== undefined) {
      refused.push({ link, why });
      now.push(link);
      continue;
    }
    const asked = clock.now().getTime() + (forSeconds === undefined ? firstLengthMs(link) : forSeconds * 1000);
    const most = link.keptUntil === undefined ? asked : Date.parse(link.keptUntil);
    const linkExpiresAt = new Date(Math.min(asked, most)).toISOString();
    shortened ||= most < asked;
    const act = { step: 'renewed', detail: `until ${linkExpiresAt}`, ...doer };
    const change = await links.change(link.tokenHash, act, (current) => ({
      state: 'active',
      linkExpiresAt,
      ...(current.maxDownloads === undefined ? {} : { downloadsLeft: current.maxDownloads }),
    }));
    if (change === undefined) continue;
    changed.push(change.link);
    now.push(change.link);
  }
  return { links: now, changed, refused, ...(shortened ? { shortened } : {}) };
}

async function refusal(files: Pick<BlobStore, 'head'>, clock: Clock, link: LinkRecord) {
  if (link.mode === 'presigned') return 'presigned';
  if (link.keptUntil !== undefined && clock.now().getTime() >= Date.parse(link.keptUntil)) return 'gone';
  return (await files.head(link.blobKey)) === undefined ? 'gone' : undefined;
}

/** A link from before lengths were kept: from its making to its first end. */
const firstLengthMs = ({ createdAt, linkExpiresAt, lastsSeconds }: LinkRecord) =>
  lastsSeconds === undefined
    ? Math.max(60_000, Date.parse(linkExpiresAt) - Date.parse(createdAt))
    : lastsSeconds * 1000;
