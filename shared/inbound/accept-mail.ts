import type { LedgerEntry, LedgerPart } from '../contracts/records.ts';
import type { Route } from '../contracts/route.ts';
import { nextHop, readHops } from '../mail/hop.ts';
import type { EmailDecision } from '../records/emails.ts';
import { inTurn } from './in-turn.ts';
import type { InboundPorts } from './inbound-ports.ts';
import { toMailFacts } from './mail-facts.ts';
import type { RelayPlan } from './plan-mail.ts';
import { requestScans } from './request-scans.ts';
import { writeEmail, writeSharedBody } from './write-email.ts';

/** A mail with the plan to be carried out. */
export interface AcceptedMail extends RelayPlan {
  readonly entry: LedgerEntry;
  readonly route: Route;
}

/** How many recipients are written at a time: enough to hide the store's latency, few enough to bound memory. */
const recipientsAtOnce = 10;
/** A mail that keeps more than this is written one by one: each writing holds it several times over. */
const maxSharedBytes = 500_000;

/**
 * Carries a plan out up to the point where the mail can be sent: its parts in the ledger, one email for each recipient,
 * then the mail as accepted. Every step can run again and gives the same result.
 * @throws PermanentMailError `ERR_HEADER_INJECTION` when a value would add a header field
 */
export async function acceptMail(ports: InboundPorts, accepted: AcceptedMail): Promise<void> {
  const { entry, route, mail, recipients, files } = accepted;
  const { mailId } = entry;
  await inTurn(files.parts, (part) => ports.ledger.savePart(part));
  await requestScans(ports, route, files.offloaded);
  const secret = await ports.secrets.linkSecret();
  const hops = readHops(mail.head.fields, secret);
  const bodyKey = await writeSharedBody(ports, accepted);
  const ready = {
    ...{ entry, route, head: mail.head, files, bodies: recipients },
    ...(bodyKey === undefined ? {} : { bodyKey }),
    nextHop: (emailId: string) => nextHop(hops, emailId, secret),
  };
  const atOnce = heldBytes(files) > maxSharedBytes ? 1 : recipientsAtOnce;
  const emailIds = new Set<string>();
  for (let start = 0; start < recipients.addresses.length; start += atOnce) {
    const some = recipients.addresses.slice(start, start + atOnce);
    const emails = await Promise.all(some.map((recipient) => writeEmail(ports, ready, recipient)));
    for (const { emailId } of emails) emailIds.add(emailId);
  }
  await cancelOthers(ports, mailId, emailIds);
  const { moved } = await ports.ledger.move(mailId, ['received', 'stuck'], 'accepted', {
    ...toMailFacts(mail.head),
    sizeBytes: mail.sizeBytes,
    recipientCount: emailIds.size,
    partCount: files.parts.length,
    warnings: planWarnings(accepted),
  });
  if (moved) ports.metrics?.count('offloadedBytes', {}, sumBytes(files.offloaded));
  ports.log.info('mail accepted', { mailId, recipients: emailIds.size, attachments: files.offloaded.length });
}

const sumBytes = (parts: readonly LedgerPart[]) => parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

function heldBytes({ inline, alternatives, kept }: RelayPlan['files']): number {
  return [...inline, ...alternatives, ...kept].reduce((sum, { content }) => sum + content.length, 0);
}

/** What was mended or left out on the way, for people to read. */
export function planWarnings({
  mail,
  recipients,
  files,
}: Pick<RelayPlan, 'mail'> & Partial<Pick<RelayPlan, 'recipients' | 'files'>>) {
  const refusedCount = recipients?.refusedCount ?? 0;
  return [
    ...mail.warnings.map(({ path, warning }) => (path === '' ? warning : `part ${path}: ${warning}`)),
    ...(files?.warnings ?? []),
    ...(refusedCount > 0 ? [`${refusedCount} recipients refused`] : []),
  ];
}

/** Emails that an earlier run wrote for recipients who are no longer meant: the route has changed between the runs. */
async function cancelOthers(ports: InboundPorts, mailId: string, emailIds: ReadonlySet<string>): Promise<void> {
  for (const emailId of await ports.emails.idsOfGroup(mailId)) {
    if (!emailIds.has(emailId)) await ports.emails.change(emailId, cancelUnsent);
  }
}

/** A reminder is no email of the mail's own, and goes its own way. */
const cancelUnsent: EmailDecision = ({ state, kind }) =>
  state === 'submitted' && kind !== 'reminder' ? { state: 'canceled' } : undefined;
