import type { EmailEventType } from '../contracts/email-event.ts';
import type { EmailRecord, EmailState } from '../contracts/records.ts';
import type { SesEvent } from '../contracts/ses-event.ts';
import type { EmailCue } from '../records/email-outbox.ts';
import type { EmailFields, EmailOutcome } from '../records/emails.ts';
import { actorOf, mergeVisits } from './merge-visits.ts';

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

interface EventMeaning {
  readonly state: EmailState;
  readonly tells: EmailEventType;
}

/** Where an event takes an email, every event about it proving that the transport took it over; and what it tells. */
const meanings: Readonly<Record<string, EventMeaning>> = {
  Send: { state: 'sent', tells: 'sent' },
  Delivery: { state: 'delivered', tells: 'delivered' },
  Open: { state: 'delivered', tells: 'opened' },
  Click: { state: 'delivered', tells: 'clicked' },
  Bounce: { state: 'bounced', tells: 'bounced' },
  Complaint: { state: 'complained', tells: 'complained' },
  Reject: { state: 'failed', tells: 'failed' },
  'Rendering Failure': { state: 'failed', tells: 'failed' },
  DeliveryDelay: { state: 'sent', tells: 'delayed' },
};

/** A type that SES adds one day: the mail was taken over, and nothing more is read from it. */
const unknownMeaning: EventMeaning = { state: 'sent', tells: 'sent' };

function meaningOf(type: string): EventMeaning {
  return (Object.hasOwn(meanings, type) ? meanings[type] : undefined) ?? unknownMeaning;
}

/**
 * Merges one SES event into an email; a pure function of both. Whoever calls it sees to it that each event id is
 * merged once; then any order of a set of events gives the same record.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export function applySesEvent(email: EmailRecord, event: SesEvent): EmailOutcome {
  const { state: after } = meaningOf(event.type);
  const only = (type: string) => (event.type === type ? event.at : undefined);
  const deliveredAt = earliest(email.deliveredAt, only('Delivery'));
  const fields: EmailFields = {
    transportId: earliest(email.transportId, event.sesMessageId),
    sentAt: earliest(email.sentAt, event.at),
    deliveredAt,
    failedAt: earliest(email.failedAt, rank[after] >= rank.failed ? event.at : undefined),
    bouncedAt: earliest(email.bouncedAt, only('Bounce')),
    complainedAt: earliest(email.complainedAt, only('Complaint')),
    delayedAt: earliest(email.delayedAt, only('DeliveryDelay')),
    ...reasonFields(email, event, after),
    ...mergeVisits(email, event, deliveredAt),
    // The event settles whatever was open: nobody waits for this email any more.
    ...(rank[email.state] < rank.sent
      ? { owner: null, deadlineAt: null, dueAt: null, uncertainSince: null, code: null }
      : {}),
  };
  const state = rank[after] > rank[email.state] ? after : email.state;
  return { state, fields, step: `event ${event.type}`, cue: toCue(event, deliveredAt) };
}

function toCue(event: SesEvent, deliveredAt: string | undefined): EmailCue {
  const cue = { type: meaningOf(event.type).tells, at: event.at, cause: event.eventId };
  const isVisit = event.type === 'Open' || event.type === 'Click';
  return isVisit ? { ...cue, actor: actorOf(event, deliveredAt) } : cue;
}

/** The reason belongs to the state: that of the furthest event, and among equals that of the earliest. */
function reasonFields(email: EmailRecord, event: SesEvent, after: EmailState): Pick<EmailFields, 'statusReason'> {
  const reason = reasonOf(event);
  if (rank[after] < rank.failed || rank[after] < rank[email.state]) return {};
  if (rank[after] > rank[email.state] || email.statusReason === undefined) return { statusReason: reason };
  const since = after === 'bounced' ? email.bouncedAt : after === 'complained' ? email.complainedAt : email.failedAt;
  const one = `${since ?? ''} ${email.statusReason}`;
  return { statusReason: one < `${event.at} ${reason}` ? email.statusReason : reason };
}

function reasonOf(event: SesEvent): string {
  if (event.type === 'Bounce') return `${event.bounceType ?? 'Undetermined'}/${event.bounceSubType ?? 'Undetermined'}`;
  if (event.type === 'Complaint') return event.complaintFeedbackType ?? 'complaint';
  return event.type;
}

/** The lesser of two texts, times among them; the one that is there when the other is not. */
function earliest(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
