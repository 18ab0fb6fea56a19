import type { ErrorCode } from '../errors/codes.ts';
import type { Logger } from '../ports/logger.ts';
import type { Clock, Ids } from '../ports/platform.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { Topic } from '../ports/topic.ts';
import { type BreakerRecord, readBreaker, replaceBreaker } from './breaker-record.ts';

export interface BreakerParts {
  readonly store: RecordStore;
  readonly alarmTopic: Topic;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** The longest that one attempt can take: a probe that is not heard of by then is repeated. */
  readonly probeSeconds: number;
}

/** Leave to make one attempt. */
export interface Permit {
  readonly granted: true;
  /**
   * What the attempt showed: `accepted` closes the breakers that it probed, `unclear` lets the next probe come soon,
   * `unused` at once. Never throws: the email's own outcome matters more.
   */
  settle(showed: 'accepted' | 'unclear' | 'unused'): Promise<void>;
  /**
   * The attempt met a fault that is not about its mail: opens a breaker, or keeps it open after a probe, and tells
   * operators once per opening. Answers when the breaker was opened and is probed next. Never throws.
   */
  trip(name: string, code: ErrorCode, retryAfterSeconds: number): Promise<Standing>;
}

/** Both ISO 8601. */
export interface Standing {
  readonly openedAt: string;
  readonly untilAt: string;
}

/** A breaker is open: nothing goes out on this way before `untilAt`. */
export interface Blocked extends Standing {
  readonly granted: false;
  readonly code: ErrorCode;
}

/** Remembers, for all processes, which ways out are closed, and lets one mail at a time try whether they still are. */
export interface Breakers {
  ask(names: readonly string[]): Promise<Permit | Blocked>;
}

/** After a probe without a clear answer. */
const unclearSeconds = 30;

/**
 * Breakers in the record store, under `BREAKER#<name>`: a process that starts while one is open reads it and sends
 * nothing, and of all that wait exactly one sends the probe, by compare-and-set.
 */
export function createBreakers(parts: BreakerParts): Breakers {
  return {
    async ask(names) {
      const found = await Promise.all([...new Set(names)].map((name) => readBreaker(parts.store, name)));
      const open = found.filter((breaker) => breaker !== undefined);
      const now = parts.clock.now().toISOString();
      const closed = open.filter(({ untilAt }) => untilAt > now).sort((a, b) => (a.untilAt < b.untilAt ? 1 : -1))[0];
      if (closed !== undefined) return toBlocked(closed);
      return probe(parts, open);
    },
  };
}

function toBlocked({ code, openedAt, untilAt }: BreakerRecord): Blocked {
  return { granted: false, code, openedAt, untilAt };
}

/** Takes the probe of every breaker whose time has come, or of none. */
async function probe(parts: BreakerParts, due: readonly BreakerRecord[]): Promise<Permit | Blocked> {
  const taken: BreakerRecord[] = [];
  for (const breaker of due) {
    const untilAt = inSeconds(parts, parts.probeSeconds);
    const mine = { ...breaker, untilAt, token: parts.ids.next() };
    if (!(await replaceBreaker(parts.store, breaker, mine))) {
      await settle(parts, taken, 'unused');
      return toBlocked(mine);
    }
    taken.push(mine);
  }
  // What one call settles, no later one settles again.
  const use = () => taken.splice(0);
  return {
    granted: true,
    settle: (showed) => settle(parts, use(), showed),
    async trip(name, code, retryAfterSeconds) {
      const probed = use();
      const others = probed.filter((breaker) => breaker.name !== name);
      await settle(parts, others, 'unclear');
      const mine = probed.find((breaker) => breaker.name === name);
      return trip(parts, mine, { name, code, untilAt: inSeconds(parts, retryAfterSeconds) });
    },
  };
}

async function settle(
  parts: BreakerParts,
  probed: readonly BreakerRecord[],
  showed: Parameters<Permit['settle']>[0],
): Promise<void> {
  for (const breaker of probed) {
    try {
      const untilAt = inSeconds(parts, showed === 'unclear' ? unclearSeconds : 0);
      const next = showed === 'accepted' ? undefined : { ...breaker, untilAt, token: parts.ids.next() };
      const changed = await replaceBreaker(parts.store, breaker, next);
      if (changed && next === undefined)
        parts.log.info('breaker closed', { breaker: breaker.name, code: breaker.code });
    } catch (error) {
      parts.log.warn('a breaker could not be settled: its probe is repeated', {
        breaker: breaker.name,
        ...codeOf(error),
      });
    }
  }
}

async function trip(
  parts: BreakerParts,
  probed: BreakerRecord | undefined,
  fault: Pick<BreakerRecord, 'name' | 'code' | 'untilAt'>,
): Promise<Standing> {
  const now = parts.clock.now().toISOString();
  try {
    const before = probed ?? (await readBreaker(parts.store, fault.name));
    // Another attempt of the same moment has opened it, and tells.
    if (before !== undefined && before !== probed && before.untilAt > now) return before;
    const { openedAt, isTold } = before ?? { openedAt: now, isTold: false };
    const after: BreakerRecord = { ...fault, openedAt, isTold, token: parts.ids.next() };
    const won = await replaceBreaker(parts.store, before, after);
    if (won && !isTold) await tell(parts, after);
    return after;
  } catch (error) {
    parts.log.error('a breaker could not be written: the next mail finds out anew', error, { breaker: fault.name });
    return { openedAt: now, untilAt: fault.untilAt };
  }
}

/** Told when it opens; where the topic does not answer, the next probe that fails tells. */
async function tell({ alarmTopic, store, log }: BreakerParts, breaker: BreakerRecord): Promise<void> {
  const { name, code, openedAt, untilAt } = breaker;
  log.warn('breaker opened: mail on this way waits', { breaker: name, code, untilAt });
  await alarmTopic.publish({
    subject: `Lightermail: sending stopped (${code})`,
    message: JSON.stringify({ v: 1, type: 'breaker.open', breaker: name, code, openedAt, nextProbeAt: untilAt }),
    attributes: { type: 'breaker.open', code },
  });
  await replaceBreaker(store, breaker, { ...breaker, isTold: true });
}

function inSeconds({ clock }: BreakerParts, seconds: number): string {
  return new Date(clock.now().getTime() + seconds * 1000).toISOString();
}

function codeOf(error: unknown): { readonly error: string } {
  return { error: error instanceof Error ? error.name : 'unknown' };
}
