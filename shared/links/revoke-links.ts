import type { LinkRecord } from '../contracts/records.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { LinkAct } from '../records/link-history.ts';
import type { Links } from '../records/links.ts';
import { type LinkSelection, selectLinks } from './select-links.ts';

export interface RevokeLinksParts {
  readonly links: Links;
  readonly files: Pick<BlobStore, 'delete'>;
}

/** Who does it, and why. */
export type Doer = Pick<LinkAct, 'by' | 'reason'>;

export interface LinksChanged {
  /** Every link that the selection named, as it is now. */
  readonly links: readonly LinkRecord[];
  /** Those that this call changed. */
  readonly changed: readonly LinkRecord[];
  /** Set where a deletion closed the file for more recipients than were named. */
  readonly closedForEveryone?: boolean;
}

/**
 * Withdraws links: the gateway answers 410 to whatever is asked after this has resolved. A presigned URL knows no
 * gateway: its object is deleted, which closes it for all recipients of the mail.
 */
export async function revokeLinks(
  { links, files }: RevokeLinksParts,
  selection: LinkSelection,
  doer: Doer,
): Promise<LinksChanged> {
  const named = await selectLinks(links, selection);
  const presigned = named.filter(({ mode }) => mode === 'presigned');
  const all = presigned.length === 0 ? named : await withOtherRecipients(links, named, presigned);
  for (const blobKey of new Set(presigned.map((link) => link.blobKey))) await files.delete(blobKey);
  const changed: LinkRecord[] = [];
  const now: LinkRecord[] = [];
  for (const { tokenHash } of all) {
    const change = await links.change(tokenHash, { step: 'revoked', ...doer }, ({ state }) =>
      state === 'active' ? { state: 'revoked' } : undefined,
    );
    if (change === undefined) continue;
    now.push(change.link);
    if (change.changed) changed.push(change.link);
  }
  return { links: now, changed, ...(all.length > named.length ? { closedForEveryone: true } : {}) };
}

/** The links whose bytes go away with those of the named ones. */
async function withOtherRecipients(
  links: Links,
  named: readonly LinkRecord[],
  presigned: readonly LinkRecord[],
): Promise<readonly LinkRecord[]> {
  const all = new Map(named.map((link) => [link.tokenHash, link]));
  const keys = new Set(presigned.map(({ blobKey }) => blobKey));
  for (const mailId of new Set(presigned.map((link) => link.mailId))) {
    for (const link of await links.ofMail(mailId)) if (keys.has(link.blobKey)) all.set(link.tokenHash, link);
  }
  return [...all.values()];
}
