import { type Arrival, parseInboundEvent } from '../contracts/inbound-event.ts';
import type { ParsedMail } from '../contracts/parsed-mail.ts';
import { finalMailStates, type LedgerEntry } from '../contracts/records.ts';
import type { Route } from '../contracts/route.ts';
import { isRetryable, PermanentMailError } from '../errors/mail-error.ts';
import { readSesVerdicts } from '../mail/ses-verdicts.ts';
import type { BlobContent } from '../ports/blob-store.ts';
import { assessHead } from './assess-head.ts';
import { endMail } from './end-mail.ts';
import type { InboundPorts } from './inbound-ports.ts';
import { type OpenedMail, openMail, routeOf } from './open-mail.ts';
import { queueEmails } from './queue-emails.ts';
import { type ResolvedRecipients, resolveRecipients } from './resolve-recipients.ts';
import { type SortedFiles, sortFiles } from './sort-files.ts';
import { createFileSink, type FileSink } from './store-files.ts';
import { writeEmail } from './write-email.ts';

/** What the queue knows of this receipt. */
export interface Receipt {
  readonly receiveCount: number;
  /** Whether the queue gives the message up when this receipt fails too. */
  readonly isLastReceive: boolean;
}

export type InboundEnd = 'done' | 'skippedDuplicate';

/**
 * Processes one message of the inbound queue: every mail it tells of reaches its end in the ledger, or an error says
 * that the message is to be received again (class 4) or is a dead letter (class 5).
 * @throws MailError
 */
export async function processInbound(ports: InboundPorts, body: string, receipt: Receipt): Promise<InboundEnd> {
  const event = parseInboundEvent(body, ports.settings.rawPrefix);
  for (const { reason } of event.ignored) ports.log.info('event ignored', { reason });
  let end: InboundEnd = event.arrivals.length === 0 ? 'done' : 'skippedDuplicate';
  for (const arrival of event.arrivals) {
    if ((await processArrival(ports, arrival, receipt)) === 'done') end = 'done';
  }
  return end;
}

/**
 * One mail's way through the processor. Every step can run again and gives the same result.
 *
 * 1. Open the raw mail and its ledger entry; a mail that has its end is left alone.
 * 2. Read it as a stream: the header is assessed before anything is stored, then files go to the store as they come by.
 * 3. Find the recipients.
 * 4. Write one email for each: links, message, record.
 * 5. Accept the mail, queue its emails, and end it as relayed.
 *
 * What can never succeed ends as parked, quarantined or ignored, with its code.
 */
async function processArrival(ports: InboundPorts, arrival: Arrival, receipt: Receipt): Promise<InboundEnd> {
  const opened = await openMail(ports, arrival, receipt.receiveCount);
  const { entry, content } = opened;
  try {
    if (finalMailStates.includes(entry.state)) {
      ports.log.info('mail has its end already', { mailId: entry.mailId, state: entry.state });
      return 'skippedDuplicate';
    }
    if (entry.state === 'accepted') await queueEmails(ports, entry.mailId);
    else await processOpened(ports, opened, arrival);
    return 'done';
  } catch (error) {
    if (isRetryable(error) && receipt.isLastReceive) await markStuck(ports, entry.mailId, error);
    throw error;
  } finally {
    content.body.destroy();
  }
}

async function processOpened(ports: InboundPorts, opened: OpenedMail, arrival: Arrival): Promise<void> {
  const { entry } = opened;
  let sink: FileSink | undefined;
  try {
    const route = await routeOf(ports, entry);
    sink = createFileSink(ports.files, entry.mailId, route, new Date(entry.receivedAt));
    const mail = await readMail(ports, opened, arrival, { route, sink });
    const monitored = (await ports.routes.routes()).map(({ address }) => address);
    const recipients = resolveRecipients(route, mail, opened.rcptTo, monitored);
    const files = await sortFiles(entry.mailId, sink, recipients.html);
    await acceptMail(ports, { entry, route, mail, recipients, files });
    await queueEmails(ports, entry.mailId);
  } catch (error) {
    if (!(error instanceof PermanentMailError)) throw error;
    await endMail(ports, entry, error, sink);
  }
}

interface ReadTarget {
  readonly route: Route;
  readonly sink: FileSink;
}

async function readMail(
  ports: InboundPorts,
  opened: OpenedMail,
  arrival: Arrival,
  { route, sink }: ReadTarget,
): Promise<ParsedMail> {
  const { entry, content } = opened;
  refuseUnreadable(ports, content);
  const mail = await ports.parser.parse(content.body, {
    onHead: (head) => {
      const verdicts = { ...readSesVerdicts(head.fields), ...arrival.verdicts };
      const known = Object.keys(verdicts).length > 0;
      assessHead(route, head, {
        mailFrom: opened.mailFrom,
        verdicts: known ? { authenticatedDomains: [], ...verdicts } : undefined,
      });
    },
    onFile: async (part, bytes) => {
      await sink.take(part, bytes);
      ports.log.info('attachment taken off', {
        mailId: entry.mailId,
        part: part.path,
        bytes: sink.files.at(-1)?.sizeBytes,
      });
    },
  });
  ports.log.info('mail read', {
    mailId: entry.mailId,
    bytes: mail.sizeBytes,
    files: sink.files.length,
    warnings: mail.warnings.length,
  });
  return mail;
}

/** Refuses before a byte is read what no reading could make sense of. */
function refuseUnreadable({ settings }: InboundPorts, { info }: BlobContent): void {
  if (info.sizeBytes > settings.maxMailBytes) {
    throw new PermanentMailError(
      'ERR_TOO_LARGE',
      `the mail has ${info.sizeBytes} bytes, allowed are ${settings.maxMailBytes}`,
    );
  }
  if ('x-amz-key-v2' in info.metadata || 'x-amz-matdesc' in info.metadata) {
    throw new PermanentMailError(
      'ERR_CLIENT_ENCRYPTED',
      'the receipt rule encrypts on the client side, which only its Java and Ruby clients can undo: use the bucket’s own encryption',
    );
  }
}

interface AcceptedMail {
  readonly entry: LedgerEntry;
  readonly route: Route;
  readonly mail: ParsedMail;
  readonly recipients: ResolvedRecipients;
  readonly files: SortedFiles;
}

/** How many recipients are written at a time: enough to hide the store's latency, few enough to bound memory. */
const recipientsAtOnce = 10;

async function acceptMail(ports: InboundPorts, accepted: AcceptedMail): Promise<void> {
  const { entry, route, mail, recipients, files } = accepted;
  const { mailId } = entry;
  for (const part of files.parts) await ports.ledger.savePart(part);
  const ready = { entry, route, head: mail.head, files, bodies: recipients };
  const emailIds = new Set<string>();
  for (let start = 0; start < recipients.addresses.length; start += recipientsAtOnce) {
    const some = recipients.addresses.slice(start, start + recipientsAtOnce);
    const emails = await Promise.all(some.map((recipient) => writeEmail(ports, ready, recipient)));
    for (const { emailId } of emails) emailIds.add(emailId);
  }
  await cancelOthers(ports, mailId, emailIds);
  const refused = recipients.refusedCount > 0 ? [`${recipients.refusedCount} recipients refused`] : [];
  await ports.ledger.move(mailId, ['received', 'stuck'], 'accepted', {
    ...(mail.head.from[0] === undefined ? {} : { from: mail.head.from[0].address }),
    subject: mail.head.subject,
    sizeBytes: mail.sizeBytes,
    recipientCount: emailIds.size,
    partCount: files.parts.length,
    warnings: [
      ...mail.warnings.map(({ path, warning }) => (path === '' ? warning : `part ${path}: ${warning}`)),
      ...refused,
    ],
  });
  ports.log.info('mail accepted', { mailId, recipients: emailIds.size, attachments: files.offloaded.length });
}

/** Emails that an earlier run wrote for recipients who are no longer meant: the route has changed between the runs. */
async function cancelOthers(ports: InboundPorts, mailId: string, emailIds: ReadonlySet<string>): Promise<void> {
  for (const { emailId } of await ports.emails.ofGroup(mailId)) {
    if (emailIds.has(emailId)) continue;
    await ports.emails.change(emailId, (email) => (email.state === 'submitted' ? { state: 'canceled' } : undefined));
  }
}

/** The queue gives the message up now: the ledger says that the mail waits for an operator. */
async function markStuck(ports: InboundPorts, mailId: string, cause: unknown): Promise<void> {
  try {
    await ports.ledger.move(mailId, ['received'], 'stuck');
    ports.log.error('mail is stuck: its job goes to the dead letters', cause, { mailId });
  } catch (error) {
    // The message becomes a dead letter all the same, which is what the alarm looks at.
    ports.log.error('the ledger could not be told that a mail is stuck', error, { mailId });
  }
}
