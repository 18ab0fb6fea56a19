import type { EmailRecord } from '../contracts/records.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { toErrorCode } from '../errors/mail-error.ts';
import type { EmailDecision } from '../records/emails.ts';
import { type Admission, admit } from './admit-email.ts';
import { attempt } from './attempt.ts';
import { breakersOf, scopeOfFault } from './breaker-scopes.ts';
import { toClaim } from './claim-email.ts';
import { owned, recordAccepted, released } from './claimed-outcome.ts';
import type { OutboundPorts } from './outbound-ports.ts';
import { planRetry } from './retry-plan.ts';

/**
 * How the one attempt ended. `unavailable`: the store did not answer, or there was no place before the deadline, and
 * nothing was sent. `uncertain`: it may have been sent, and will never be sent again. Only `sent` is success;
 * `suppressed` is an end of its own that status shows.
 */
export type InlineEnd =
  | { readonly outcome: 'sent' | 'suppressed' }
  | { readonly outcome: 'failed' | 'uncertain' | 'unavailable'; readonly code: ErrorCode };

export interface InlineOptions {
  /** The caller is answered by then. */
  readonly deadline: Date;
}

/** How often the record is looked at while an uncertain attempt may still be settled by its event. */
const lookEveryMs = 200;

/**
 * Sends an email that is `submitted` in its one attempt while its caller waits. It is never tried again from here,
 * whatever happens: the caller does that.
 *
 * 1. Ask breakers and pace; no place before the deadline is `unavailable`.
 * 2. Claim it: submitted → sending.
 * 3. Stop when its recipient takes no mail.
 * 4. Make one attempt, and wait for it until the deadline.
 * 5. Record the outcome; an uncertain one waits for the transport's event until the deadline, then counts as failed.
 */
export async function relayInline(
  ports: OutboundPorts,
  emailId: string,
  { deadline }: InlineOptions,
): Promise<InlineEnd> {
  const { clock, timer, log } = ports;
  const endsAtMs = timer.monotonicMs() + deadline.getTime() - clock.now().getTime();
  const remainingMs = () => endsAtMs - timer.monotonicMs();
  let prepared: { email: EmailRecord; admission: Admission } | InlineEnd;
  try {
    prepared = await prepare(ports, emailId, remainingMs());
  } catch (error) {
    log.error('email was not attempted: nothing was sent', error, { emailId });
    return { outcome: 'unavailable', code: toErrorCode(error) };
  }
  return 'outcome' in prepared ? prepared : send(ports, prepared.email, prepared.admission, remainingMs);
}

async function prepare(ports: OutboundPorts, emailId: string, remainingMs: number) {
  const email = await ports.emails.read(emailId);
  if (email === undefined) return { outcome: 'failed', code: 'ERR_EMAIL_UNKNOWN' } as const;
  // Half of the time stays for the attempt.
  const admission = await admit(ports, email, Math.max(0, remainingMs / 2));
  if (!('permit' in admission)) return refuse(ports, email, admission.code);
  try {
    const claimed = await claim(ports, email);
    if ('outcome' in claimed) await giveBack(admission);
    return 'outcome' in claimed ? claimed : { email: claimed, admission };
  } catch (error) {
    await giveBack(admission);
    throw error;
  }
}

async function giveBack({ permit, slot }: Admission): Promise<void> {
  slot.release();
  await permit.settle('unused');
}

/** No way out is open: the record says so, and its caller may try again under another id. */
async function refuse(ports: OutboundPorts, email: EmailRecord, code: ErrorCode): Promise<InlineEnd> {
  await ports.emails.change(email.emailId, (current) =>
    current.state === 'submitted' ? failed(ports, code) : undefined,
  );
  return { outcome: 'unavailable', code };
}

async function claim(ports: OutboundPorts, known: EmailRecord): Promise<EmailRecord | InlineEnd> {
  const { emailId, rcptTo, messageClass } = known;
  const suppressed = await ports.suppression.find(rcptTo, messageClass ?? 'transactional');
  const owner = ports.ids.next();
  const decide: EmailDecision = (email) => {
    if (email.state !== 'submitted') return undefined;
    return suppressed === undefined ? toClaim(ports, email, owner, false) : { state: 'suppressed' };
  };
  const change = await ports.emails.change(emailId, decide, [], known);
  if (change?.email.owner === owner) return change.email;
  if (change?.email.state === 'suppressed') return { outcome: 'suppressed' };
  if (change?.email.state === 'sent') return { outcome: 'sent' };
  return { outcome: 'failed', code: 'ERR_SEND_BUSY' };
}

type Attempted = Awaited<ReturnType<typeof attempt>> | { readonly error: unknown } | 'late';

async function send(
  ports: OutboundPorts,
  email: EmailRecord,
  admission: Admission,
  remainingMs: () => number,
): Promise<InlineEnd> {
  await admission.slot.ready();
  if (remainingMs() <= 0) {
    await admission.permit.settle('unused');
    await recordFailed(ports, email, 'ERR_OUT_OF_TIME');
    return { outcome: 'unavailable', code: 'ERR_OUT_OF_TIME' };
  }
  const result = await attemptWithin(ports, email, remainingMs());
  if (result === 'late') return settleUncertain(ports, email, remainingMs, admission);
  if (!('error' in result)) {
    await recordAccepted(ports, email, result);
    await admission.permit.settle('accepted');
    return { outcome: 'sent' };
  }
  const code = toErrorCode(result.error);
  ports.log.warn('email was not accepted', { emailId: email.emailId, code, attempt: email.attempts });
  if (code === 'ERR_SEND_UNCERTAIN') return settleUncertain(ports, email, remainingMs, admission);
  await learn(ports, email, result.error, admission);
  await recordFailed(ports, email, code);
  return { outcome: 'failed', code };
}

/** The attempt's result; `late` when it has none in time: it then runs to its own limit, and its event tells. */
async function attemptWithin(ports: OutboundPorts, email: EmailRecord, withinMs: number): Promise<Attempted> {
  const done = new AbortController();
  const attempted = attempt(ports, email).catch((error: unknown) => ({ error }));
  const late = ports.timer.wait(Math.max(0, withinMs), done.signal).then(() => 'late' as const);
  const result = await Promise.race([attempted, late]);
  done.abort();
  return result;
}

async function learn(ports: OutboundPorts, email: EmailRecord, error: unknown, { permit }: Admission): Promise<void> {
  const scope = scopeOfFault(error);
  if (scope === undefined) return permit.settle('unclear');
  const { delaySeconds, code } = planRetry(error, email.attempts, 0);
  await permit.trip(breakersOf(email, ports.settings)[scope], code, delaySeconds);
}

/** The Send event moves the record on by itself; without it, this email failed, and no job of it exists anywhere. */
async function settleUncertain(
  ports: OutboundPorts,
  email: EmailRecord,
  remainingMs: () => number,
  { permit }: Admission,
): Promise<InlineEnd> {
  const { emails, sender, timer, log } = ports;
  const { emailId } = email;
  await permit.settle('unclear');
  try {
    while (sender.settlement === 'events' && remainingMs() > 0) {
      const current = await emails.read(emailId);
      if (current !== undefined && current.state !== 'sending') return { outcome: 'sent' };
      await timer.wait(Math.max(0, Math.min(lookEveryMs, remainingMs())));
    }
    // Without a time of failure: should its event come after all, the email counts as sent and not as failed.
    const given = { state: 'failed', fields: { ...released, code: 'ERR_SEND_UNCERTAIN' } } as const;
    const change = await emails.change(emailId, owned(email, given));
    if (change?.changed === false) return { outcome: 'sent' };
  } catch (error) {
    log.error('an uncertain email could not be settled: it stays claimed, and is never sent again', error, { emailId });
  }
  return { outcome: 'uncertain', code: 'ERR_SEND_UNCERTAIN' };
}

async function recordFailed(ports: OutboundPorts, email: EmailRecord, code: ErrorCode): Promise<void> {
  try {
    await ports.emails.change(email.emailId, owned(email, failed(ports, code)));
  } catch (error) {
    ports.log.error('a failed email could not be recorded: it stays claimed', error, { emailId: email.emailId });
  }
}

function failed({ clock }: OutboundPorts, code: ErrorCode) {
  return { state: 'failed', fields: { ...released, code, failedAt: clock.now().toISOString() } } as const;
}
