import type { MailHead } from '../contracts/parsed-mail.ts';
import type { LedgerEntry, MailState } from '../contracts/records.ts';
import type { ErrorCode } from '../errors/codes.ts';
import type { PermanentMailError } from '../errors/mail-error.ts';
import type { InboundPorts } from './inbound-ports.ts';
import { toMailFacts } from './mail-facts.ts';
import type { FileSink } from './store-files.ts';

type RefusedState = Exclude<MailState, 'relayed'>;

/** The end that a code stands for; what is not listed is parked. */
const ends: Partial<Record<ErrorCode, RefusedState>> = {
  ERR_LOOP: 'ignored',
  ERR_VIRUS: 'quarantined',
  ERR_SPAM: 'quarantined',
  ERR_NOT_AUTHENTICATED: 'quarantined',
};

export function endOf(code: ErrorCode): RefusedState {
  return ends[code] ?? 'parked';
}

/** What was learnt of a mail before it ended. */
export interface EndedMail {
  readonly sink: FileSink | undefined;
  readonly head: MailHead | undefined;
}

/**
 * Ends a mail that is not relayed. Operators are told before the ledger says so: a notice may come twice, but never
 * not at all. The raw mail stays; files that no link will refer to are deleted, after the end is certain.
 */
export async function endMail(
  ports: InboundPorts,
  entry: LedgerEntry,
  error: PermanentMailError,
  { sink, head }: EndedMail,
): Promise<void> {
  const state = endOf(error.code);
  if (state !== 'ignored') await publishNotice(ports, entry, state, error);
  const { moved } = await ports.ledger.move(entry.mailId, ['received', 'stuck'], state, {
    code: error.code,
    reason: error.message,
    partCount: sink?.files.length ?? 0,
    ...(head && toMailFacts(head)),
  });
  if (!moved) return;
  ports.log.warn(`mail ${state}`, { mailId: entry.mailId, code: error.code, reason: error.message });
  await sink?.discard();
  for (const { emailId } of await ports.emails.ofGroup(entry.mailId)) {
    await ports.emails.change(emailId, (email) => (email.state === 'submitted' ? { state: 'canceled' } : undefined));
  }
}

/** Holds keys and codes only: nothing that the sender wrote reaches the operators' inbox. */
async function publishNotice(
  { fallbackTopic }: InboundPorts,
  entry: LedgerEntry,
  state: MailState,
  error: PermanentMailError,
): Promise<void> {
  const notice = {
    v: 1,
    type: `mail.${state}`,
    mailId: entry.mailId,
    routeId: entry.routeId,
    code: error.code,
    reason: error.message,
    rawBucket: entry.rawBucket,
    rawKey: entry.rawKey,
    sizeBytes: entry.sizeBytes,
    receivedAt: entry.receivedAt,
  };
  await fallbackTopic.publish({
    subject: `Lightermail: mail ${state} (${error.code})`,
    message: JSON.stringify(notice, undefined, 2),
    attributes: { type: notice.type, code: error.code },
  });
}
