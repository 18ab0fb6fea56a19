import { type Arrival, parseInboundEvent } from '../contracts/inbound-event.ts';
import type { MailHead } from '../contracts/parsed-mail.ts';
import { finalMailStates } from '../contracts/records.ts';
import { isRetryable, PermanentMailError } from '../errors/mail-error.ts';
import { acceptMail } from './accept-mail.ts';
import { endMail } from './end-mail.ts';
import type { InboundPorts } from './inbound-ports.ts';
import { type OpenedMail, openMail, routeOf } from './open-mail.ts';
import { planMail } from './plan-mail.ts';
import { queueEmails } from './queue-emails.ts';
import { createFileSink, type FileSink } from './store-files.ts';

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
 * 2. Plan: read it as a stream, files going to the store as they come by, and decide what becomes of it.
 * 3. Write one email for each recipient (links, message, record), and accept the mail.
 * 4. Queue its emails, and end it as relayed.
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
  const { entry, content, rcptTo, mailFrom } = opened;
  let sink: FileSink | undefined;
  let head: MailHead | undefined;
  try {
    const route = await routeOf(ports, entry);
    sink = createFileSink(ports.files, entry.mailId, route, new Date(entry.receivedAt));
    const monitored = (await ports.routes.routes()).map(({ address }) => address);
    const { verdicts } = arrival;
    const received = { mailId: entry.mailId, content, rcptTo, mailFrom, ...(verdicts && { verdicts }) };
    const plan = await planMail(ports, received, { route, monitored, sink });
    if (plan.state !== 'relayed') {
      head = plan.head;
      throw plan.error;
    }
    head = plan.mail.head;
    await acceptMail(ports, { entry, route, ...plan });
    await queueEmails(ports, entry.mailId, plan.files.parts);
  } catch (error) {
    if (!(error instanceof PermanentMailError)) throw error;
    await endMail(ports, entry, error, { sink, head });
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
