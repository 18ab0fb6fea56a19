import type { EmailRecord, EmailState } from '../contracts/records.ts';
import type { SesEvent } from '../contracts/ses-event.ts';
import type { EmailFields } from '../records/emails.ts';

/**
 * How far each state is along the way. An event only ever moves an email forward, so that the order in which events
 * come does not matter; a bounce after a delivery stays, and a delivery never takes a bounce back.
 */
const rank: Readonly<Record<EmailState, number>> = {
  submitted: 0,
  queued: 0,
  canceled: 0,
  suppressed: 0,
  sending: 1,
  retry: 1,
  uncertain: 1,
  sent: 2,
  delivered: 3,
  failed: 4,
  bounced: 5,
  complained: 6,
};

/** Where an event takes an email: every event about it proves that the transport took it over. */
function stateAfter(event: SesEvent): EmailState {
  switch (event.type) {
    case 'Delivery':
    case 'Open':
    case 'Click':
      return 'delivered';
    case 'Bounce':
      return 'bounced';
    case 'Complaint':
      return 'complained';
    case 'Reject':
    case 'Rendering Failure':
      return 'failed';
    default:
      return 'sent';
  }
}

/** Merges one SES event into an email; a pure function of both. @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html */
export function applySesEvent(
  email: EmailRecord,
  event: SesEvent,
): { readonly state: EmailState; readonly fields: EmailFields; readonly step: string } {
  const after = stateAfter(event);
  const forward = rank[after] > rank[email.state];
  const settled = rank[email.state] < rank.sent;
  const fields: EmailFields = {
    transportId: email.transportId ?? event.sesMessageId,
    sentAt: earliest(email.sentAt, event.at),
    deliveredAt: earliest(email.deliveredAt, event.type === 'Delivery' ? event.at : undefined),
    failedAt: earliest(email.failedAt, rank[after] >= rank.failed ? event.at : undefined),
    // The event settles whatever was open: nobody waits for this email any more.
    ...(settled ? { owner: null, deadlineAt: null, dueAt: null, uncertainSince: null, code: null } : {}),
  };
  return { state: forward ? after : email.state, fields, step: `event ${event.type}` };
}

function earliest(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
