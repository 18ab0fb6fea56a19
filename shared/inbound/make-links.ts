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
}

/** The links of one recipient, one for each offloaded part, as the card shows them. */
export async function makeLinks(ports: InboundPorts, mail: LinkedMail, recipient: string): Promise<LinkedFile[]> {
  if (mail.parts.length === 0) return [];
  return mail.route.links === 'presigned'
    ? presignedLinks(ports, mail)
    : gatewayLinks(ports, mail, recipient, await ports.secrets.linkSecret());
}

/** Links that outlive cloud credentials and can be revoked: the gateway looks each one up. */
async function gatewayLinks(
  ports: InboundPorts,
  { mailId, route, receivedAt, parts }: LinkedMail,
  recipient: string,
  secret: Uint8Array,
): Promise<LinkedFile[]> {
  const expiresAt = linkExpiry(route, receivedAt);
  const records: LinkRecord[] = [];
  const files = parts.map((part): LinkedFile => {
    const token = toLinkToken(secret, { mailId, path: part.path, recipient, epoch: 0 });
    records.push(toLinkRecord(part, { tokenHash: hashToken(token), recipient, receivedAt, expiresAt }));
    return { ...toLinkedFile(part), url: `${ports.settings.publicUrl}/f/${token}`, expiresAt };
  });
  await ports.links.create(records);
  return files;
}

/** Counted from the mail's arrival, so that a second run gives the same links. */
function linkExpiry(route: Route, receivedAt: Date): Date {
  return new Date(receivedAt.getTime() + route.linkExpirySeconds * 1000);
}

function toLinkRecord(
  part: LedgerPart,
  link: { tokenHash: string; recipient: string; receivedAt: Date; expiresAt: Date },
): LinkRecord {
  return {
    tokenHash: link.tokenHash,
    mailId: part.mailId,
    path: part.path,
    recipientHash: toRecipientHash(link.recipient),
    blobKey: part.blobKey ?? '',
    fileName: part.fileName,
    contentType: part.contentType,
    sizeBytes: part.sizeBytes,
    sha256: part.sha256,
    createdAt: link.receivedAt.toISOString(),
    linkExpiresAt: link.expiresAt.toISOString(),
    state: 'active',
  };
}

/** URLs that the store itself honours. Their true end may come before the asked one: the card prints the true one. */
async function presignedLinks(ports: InboundPorts, { route, parts }: LinkedMail): Promise<LinkedFile[]> {
  return Promise.all(
    parts.map(async (part) => {
      const signed = await ports.files.signGet(part.blobKey ?? '', {
        expiresInSeconds: route.linkExpirySeconds,
        fileName: part.fileName,
        contentType: servedContentType(part.contentType),
      });
      return { ...toLinkedFile(part), url: signed.url, expiresAt: signed.expiresAt };
    }),
  );
}

function toLinkedFile(part: LedgerPart): Pick<LinkedFile, 'fileName' | 'contentType' | 'sizeBytes'> {
  return { fileName: part.fileName, contentType: part.contentType, sizeBytes: part.sizeBytes };
}
