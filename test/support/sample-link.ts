import { createHash } from 'node:crypto';
import type { LinkRecord } from '../../shared/contracts/records.ts';
import { hashToken } from '../../shared/mail/link-token.ts';
import type { Desk } from './local-desk.ts';

/** A token in the right form, another for each number. */
export function tokenOf(number: number): string {
  return createHash('sha256').update(String(number)).digest('base64url').slice(0, 32);
}

/** Stores a file and an active link to it that lasts a day and gives it without a page, unless `changes` say so. */
export async function giveLink(desk: Desk, token: string, bytes: Uint8Array, changes: Partial<LinkRecord> = {}) {
  const link: LinkRecord = {
    tokenHash: hashToken(token),
    mailId: 'm'.repeat(40),
    path: token.slice(0, 6),
    recipientHash: 'r'.repeat(40),
    blobKey: `files/${token}`,
    fileName: 'plan.pdf',
    contentType: 'application/pdf',
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    createdAt: desk.clock.now().toISOString(),
    linkExpiresAt: new Date(desk.clock.now().getTime() + 86_400_000).toISOString(),
    state: 'active',
    confirmDownload: 'direct',
    ...changes,
  };
  await desk.stores.buckets.files.put(link.blobKey, bytes);
  await desk.links.create([link]);
  return link;
}
