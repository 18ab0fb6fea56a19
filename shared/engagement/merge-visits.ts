import type { EarlyVisit, EmailRecord, OpenedAt } from '../contracts/records.ts';
import { type SesEvent, toLinkHash } from '../contracts/ses-event.ts';
import type { EmailFields } from '../records/emails.ts';
import { actorOfAgent, countMachineVisits, isTooSoon, type VisitActor } from './classify-visit.ts';

/** Callers are shown the newest opens; the count is exact. */
const shownOpens = 500;

/** Machines come early: the first visits are enough to tell them by their times, and keep the record small. */
const keptVisits = 50;

/**
 * Merges an open or click into what is known of a recipient's doings. Every field is a function of the set of events,
 * not of their order: sums, minima, maxima, and the first or last of a sorted list.
 */
export function mergeVisits(email: EmailRecord, event: SesEvent, deliveredAt: string | undefined): EmailFields {
  const opens = event.type === 'Open' ? addOpen(email, event) : {};
  const clicks = event.type === 'Click' ? addClick(email, event) : {};
  const { earlyOpens, agentOpenCount } = { ...email, ...opens };
  const { earlyClicks, agentClickCount } = { ...email, ...clicks };
  return {
    ...opens,
    ...clicks,
    machineOpenCount: machines(agentOpenCount, earlyOpens, deliveredAt),
    machineClickCount: machines(agentClickCount, earlyClicks, deliveredAt),
  };
}

/** Who did it, by what is known at this moment: what subscribers are told. */
export function actorOf(event: SesEvent, deliveredAt: string | undefined): VisitActor {
  return actorOfAgent(event.userAgent) ?? (isTooSoon(event.at, deliveredAt) ? 'scanner' : 'person');
}

function machines(byAgent: number | undefined, visits: readonly EarlyVisit[] | undefined, deliveredAt?: string) {
  if (byAgent === undefined && visits === undefined) return undefined;
  return (byAgent ?? 0) + countMachineVisits(visits ?? [], deliveredAt);
}

function addOpen(email: EmailRecord, event: SesEvent) {
  const opened: OpenedAt = { eventId: event.eventId, at: event.at };
  const list = [...(email.openedAtList ?? []), opened].sort(newestFirst).slice(0, shownOpens);
  const isMachine = actorOfAgent(event.userAgent) !== undefined;
  return {
    openCount: (email.openCount ?? 0) + 1,
    openedAtList: list,
    lastOpenedAt: latest(email.lastOpenedAt, event.at),
    agentOpenCount: (email.agentOpenCount ?? 0) + (isMachine ? 1 : 0),
    earlyOpens: addEarly(email.earlyOpens, isMachine ? undefined : { at: event.at }),
  };
}

function addClick(email: EmailRecord, event: SesEvent) {
  const isMachine = actorOfAgent(event.userAgent) !== undefined;
  const visit = { at: event.at, ...(event.link === undefined ? {} : { link: toLinkHash(event.link) }) };
  return {
    clickCount: (email.clickCount ?? 0) + 1,
    lastClickedAt: latest(email.lastClickedAt, event.at),
    agentClickCount: (email.agentClickCount ?? 0) + (isMachine ? 1 : 0),
    earlyClicks: addEarly(email.earlyClicks, isMachine ? undefined : visit),
  };
}

function addEarly(visits: readonly EarlyVisit[] = [], visit: EarlyVisit | undefined): readonly EarlyVisit[] {
  if (visit === undefined) return visits;
  return [...visits, visit].sort(earliestFirst).slice(0, keptVisits);
}

const order = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

function newestFirst(one: OpenedAt, other: OpenedAt): number {
  return order(other.at, one.at) || order(other.eventId, one.eventId);
}

function earliestFirst(one: EarlyVisit, other: EarlyVisit): number {
  return order(one.at, other.at) || order(one.link ?? '', other.link ?? '');
}

function latest(one: string | undefined, other: string): string {
  return one !== undefined && one > other ? one : other;
}
