import type { LinkRecord } from '../contracts/records.ts';
import { shortHash } from '../mail/hash.ts';
import type { ArchiveEntry, ArchiveRecord } from '../records/link-archives.ts';
import type { Links } from '../records/links.ts';
import { kindOf, type OpenLinkParts } from './open-link.ts';

/** One archive never holds more: each of its files takes one change of the commit that counts them. */
export const mostArchiveFiles = 90;

export interface ArchivePlan {
  /** The links whose files are in it, the asked one first. */
  readonly links: readonly LinkRecord[];
  readonly archive: Omit<ArchiveRecord, 'state' | 'at'>;
}

export interface PlanArchiveParts extends Omit<OpenLinkParts, 'links'> {
  readonly links: Pick<Links, 'ofMail'>;
}

/**
 * What "all files" means for the holder of a link now: the files of the same mail that this recipient's own links
 * would give. A link that was withdrawn, has ended or is found harmful is left out.
 * @param isBegun whether a download is under way: then files whose downloads are used up still belong to it
 * @returns `undefined` when there are fewer than two files, or more than fit
 */
export async function planArchive(
  parts: PlanArchiveParts,
  link: LinkRecord,
  isBegun = false,
): Promise<ArchivePlan | undefined> {
  const siblings = (await parts.links.ofMail(link.mailId)).filter(
    ({ recipientHash, mode }) => recipientHash === link.recipientHash && mode !== 'presigned',
  );
  if (siblings.length < 2 || siblings.length > mostArchiveFiles) return undefined;
  const kinds = await Promise.all(siblings.map((one) => kindOf(parts, one)));
  const open = siblings.filter((_one, index) => kinds[index] === 'file' || (isBegun && kinds[index] === 'spent'));
  if (open.length < 2 || !open.some(({ tokenHash }) => tokenHash === link.tokenHash)) return undefined;
  const others = open.filter(({ tokenHash }) => tokenHash !== link.tokenHash);
  return { links: [link, ...others], archive: toArchive(link, open) };
}

function toArchive(link: LinkRecord, open: readonly LinkRecord[]): ArchivePlan['archive'] {
  const entries = uniqueNames(open.toSorted((one, other) => (one.path < other.path ? -1 : 1)));
  const contents = entries.map(({ blobKey, fileName }, index) => `${blobKey}\n${fileName}\n${open[index]?.sha256}`);
  const contentHash = shortHash(40, 'archive', link.mailId, ...contents);
  const ends = open.flatMap(({ keptUntil }) => (keptUntil === undefined ? [] : [keptUntil])).sort();
  return {
    mailId: link.mailId,
    contentHash,
    archiveKey: `files/${link.mailId}/zip.${contentHash}`,
    entries,
    madeAt: link.createdAt,
    ...(ends[0] === undefined ? {} : { keptUntil: ends[0] }),
  };
}

/** Names are clean already; a file that was replaced may have taken the name of its neighbour. */
function uniqueNames(links: readonly LinkRecord[]): ArchiveEntry[] {
  const taken = new Set<string>();
  return links.map(({ blobKey, fileName, sizeBytes }) => {
    const name = toEntryName(fileName);
    let unique = name;
    for (let count = 2; taken.has(unique.toLowerCase()); count += 1) unique = numbered(name, count);
    taken.add(unique.toLowerCase());
    return { blobKey, fileName: unique, sizeBytes };
  });
}

/** No folder, no drive, no way up: an archive must not write beside where it is unpacked. */
function toEntryName(fileName: string): string {
  const name = fileName
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\\/:]/gu, '_')
    .replace(/^\.+/, '_');
  return name === '' ? 'file' : name;
}

function numbered(name: string, count: number): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)} (${count})${name.slice(dot)}` : `${name} (${count})`;
}
