import {
  mostListedParts,
  type ProcessedMail,
  type ProcessedState,
  processedMailSchema,
  processedStates,
  toProcessedMailId,
} from '../contracts/processed-mail.ts';
import type { LedgerEntry, LedgerPart, MailState } from '../contracts/records.ts';
import { keys, processedOutboxPartition } from './keys.ts';
import { createOutbox, type Outbox, type OutboxParts } from './outbox.ts';

/** Ends of mails on their way out. */
export type ProcessedOutbox = Outbox<ProcessedMail>;

export function createProcessedOutbox(parts: OutboxParts<ProcessedMail>): ProcessedOutbox {
  return createOutbox(parts, {
    name: 'processed mail',
    keyOf: keys.processedOutbox,
    partition: processedOutboxPartition,
    parse: (value) => processedMailSchema.parse(value),
  });
}

/** Whether subscribers are told of this state. */
export function isProcessed(state: MailState): state is ProcessedState {
  return (processedStates as readonly MailState[]).includes(state);
}

/**
 * The event that a mail's end gives rise to.
 * @param entry the ledger's entry with that end
 * @param parts what became of its files
 */
export function toProcessedMail(
  entry: LedgerEntry & { readonly state: ProcessedState },
  parts: readonly LedgerPart[],
): ProcessedMail {
  const { mailId, state, changedAt, code } = entry;
  return {
    v: 1,
    event_id: toProcessedMailId(mailId, state, changedAt),
    mail_id: mailId,
    group_id: mailId,
    route_id: entry.routeId,
    state,
    ...(code === undefined ? {} : { code }),
    at: changedAt,
    received_at: entry.receivedAt,
    bytes: entry.sizeBytes,
    recipients: state === 'relayed' ? entry.recipientCount : 0,
    part_count: entry.partCount,
    parts: parts
      .slice(0, mostListedParts)
      .map(({ path, sizeBytes, sha256, fate }) => ({ path, bytes: sizeBytes, sha256, fate })),
  };
}
