import type { LedgerPart, LinkRecord } from '../contracts/records.ts';
import type { Route } from '../contracts/route.ts';
import { servedContentType } from '../mail/content-type.ts';
import { toRecipientHash } from '../mail/ids.ts';
import { hashToken, toLinkToken } from '../mail/link-token.ts';
import type { LinkedFile } from '../ports/mime-composer.ts';
import type { InboundPorts } from './inbound-ports.ts';

export interface LinkedMail {
  readonly mailId: string;
  readonly route: Route;
  readonly receivedAt: Date;
  readonly parts: readonly LedgerPart[];
  /** Who wrote the mail, as it shows it. */
  readonly senderName?: string | undefined;
}

/** The links of one recipient, one for each offloaded part, as the card shows them. */
export async function makeLinks(ports: InboundPorts, mail: LinkedMail, recipient: string): Promise<LinkedFile[]> {
  if (mail.parts.length === 0) return [];
  const secret = await ports.secrets.linkSecret();
  return mail.route.links === 'presigned'
    ? presignedLinks(ports, mail, recipient, secret)
    : gatewayLinks(ports, mail, recipient, secret);
}

/** Links that outlive cloud credentials and can be revoked: the gateway looks each one up. */
async function gatewayLinks(
  ports: InboundPorts,
  mail: LinkedMail,
  recipient: string,
  secret: Uint8Array,
): Promise<LinkedFile[]> {
  const expiresAt = linkExpiry(mail.route, mail.receivedAt);
  const records: LinkRecord[] = [];
  const files = mail.parts.map((part): LinkedFile => {
    const token = toLinkToken(secret, { mailId: mail.mailId, path: part.path, recipient, epoch: 0 });
    records.push(toLinkRecord(mail, part, { token, recipient, expiresAt }));
    return { ...toLinkedFile(part), url: `${ports.settings.publicUrl}/f/${token}`, expiresAt };
  });
  await ports.links.create(records);
  return files;
}

/** Counted from the mail's arrival, so that a second run gives the same links. */
function linkExpiry(route: Route, receivedAt: Date): Date {
  return new Date(receivedAt.getTime() + route.linkExpirySeconds * 1000);
}

interface NewLink {
  readonly token: string;
  readonly recipient: string;
  readonly expiresAt: Date;
}

function toLinkRecord(mail: LinkedMail, part: LedgerPart, { token, recipient, expiresAt }: NewLink): LinkRecord {
  const { route, receivedAt, senderName } = mail;
  const { maxDownloads } = route;
  return {
    tokenHash: hashToken(token),
    mailId: part.mailId,
    path: part.path,
    recipientHash: toRecipientHash(recipient),
    blobKey: part.blobKey ?? '',
    fileName: part.fileName,
    contentType: part.contentType,
    sizeBytes: part.sizeBytes,
    sha256: part.sha256,
    createdAt: receivedAt.toISOString(),
    linkExpiresAt: expiresAt.toISOString(),
    lastsSeconds: route.linkExpirySeconds,
    keptUntil: new Date(receivedAt.getTime() + route.retentionDays * 86_400_000).toISOString(),
    state: 'active',
    routeId: route.id,
    confirmDownload: route.confirmDownload,
    ...(senderName === undefined ? {} : { senderName }),
    ...(maxDownloads === undefined ? {} : { maxDownloads, downloadsLeft: maxDownloads }),
    ...(route.scan.verdict === 'required' ? { unscannable: route.scan.unscannable } : {}),
  };
}

/**
 * URLs that the store itself honours. Their true end may come before the asked one: the card prints the true one. Each
 * is recorded under a token that nobody is sent, so that operators find it, and can delete what it leads to.
 */
async function presignedLinks(
  ports: InboundPorts,
  mail: LinkedMail,
  recipient: string,
  secret: Uint8Array,
): Promise<LinkedFile[]> {
  const records: LinkRecord[] = [];
  const files: LinkedFile[] = [];
  for (const part of mail.parts) {
    const { url, expiresAt } = await ports.files.signGet(part.blobKey ?? '', {
      expiresInSeconds: mail.route.linkExpirySeconds,
      fileName: part.fileName,
      contentType: servedContentType(part.contentType),
    });
    const token = toLinkToken(secret, { mailId: mail.mailId, path: part.path, recipient, epoch: 0 });
    records.push({ ...toLinkRecord(mail, part, { token, recipient, expiresAt }), mode: 'presigned' });
    files.push({ ...toLinkedFile(part), url, expiresAt });
  }
  await ports.links.create(records);
  return files;
}

function toLinkedFile(part: LedgerPart): Pick<LinkedFile, 'fileName' | 'contentType' | 'sizeBytes'> {
  return { fileName: part.fileName, contentType: part.contentType, sizeBytes: part.sizeBytes };
}
