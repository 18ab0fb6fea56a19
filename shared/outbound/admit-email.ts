import type { EmailRecord } from '../contracts/records.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { breakersOf } from './breaker-scopes.ts';
import type { Permit, Standing } from './breakers.ts';
import { failEmail } from './fail-email.ts';
import { longestPaceSeconds, type OutboundPorts, type RelayEnd } from './outbound-ports.ts';
import type { Slot } from './pace.ts';
import { givenUpAfterSeconds, inSeconds, spreadOf } from './retry-plan.ts';

/** Leave to claim an email and make one attempt; both are used or given back. */
export interface Admission {
  readonly permit: Permit;
  readonly slot: Slot;
}

/** Those that wait for a breaker come back within this time after its probe, not all at once; unit: seconds. */
const spreadSeconds = 30;

/** Why an email cannot go out now, and when it is looked at again. */
export interface Refusal extends Partial<Standing> {
  readonly code: ErrorCode;
  readonly waitSeconds: number;
}

/** Asks breakers and pace whether an email may be attempted now. Nothing has been claimed yet, so nothing can be lost. */
export async function admit(
  ports: OutboundPorts,
  email: EmailRecord,
  withinMs = longestPaceSeconds * 1000,
): Promise<Admission | Refusal> {
  const { breakers, pace, clock, settings } = ports;
  const permit = await breakers.ask(Object.values(breakersOf(email, settings)));
  if (!permit.granted) {
    const { code, openedAt, untilAt } = permit;
    return { code, openedAt, untilAt, waitSeconds: (Date.parse(untilAt) - clock.now().getTime()) / 1000 };
  }
  const slot = pace.reserve(withinMs);
  if ('ready' in slot) return { permit, slot };
  await permit.settle('unused');
  return { code: 'ERR_SEND_THROTTLED', waitSeconds: slot.waitMs / 1000 };
}

/**
 * Puts an email that may not go out now into the due index: no receive of its job is spent on waiting.
 * Only the fault of its own identity ends a wait: a day after both the email and the fault began, it is given up.
 */
export async function holdEmail(ports: OutboundPorts, email: EmailRecord, refusal: Refusal): Promise<RelayEnd> {
  const { code, openedAt, waitSeconds } = refusal;
  if (isGivenUp(ports, email, code, openedAt)) return failEmail(ports, email, code);
  const spread = spreadOf(email.emailId, email.attempts) * spreadSeconds;
  const dueAt = inSeconds(ports.clock, Math.max(0, waitSeconds) + spread);
  await ports.emails.change(email.emailId, (current) => {
    if (current.revision !== email.revision) return undefined;
    // An uncertain email stays so: as an ordinary retry it could be sent more than once again.
    if (current.state === 'uncertain') return { state: 'uncertain', fields: { dueAt }, step: 'waits' };
    return { state: 'retry', fields: { dueAt, code }, step: 'waits' };
  });
  ports.log.info('email waits', { emailId: email.emailId, code, dueAt });
  return { end: 'done', outcome: 'waits' };
}

/** Whether an identity's fault has lasted so long that its mail is not waited for any more. */
export function isGivenUp(ports: OutboundPorts, email: EmailRecord, code: ErrorCode, openedAt?: string): boolean {
  if (code !== 'ERR_SENDER_NOT_VERIFIED' || email.state === 'uncertain') return false;
  const before = inSeconds(ports.clock, -givenUpAfterSeconds);
  return email.createdAt <= before && openedAt !== undefined && openedAt <= before;
}
