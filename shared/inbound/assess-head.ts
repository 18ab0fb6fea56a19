import type { MailHead, ParsedMail } from '../contracts/parsed-mail.ts';
import type { Route } from '../contracts/route.ts';
import type { PermanentCode } from '../errors/codes.ts';
import { PermanentMailError } from '../errors/mail-error.ts';
import { domainOf, matchesAddress } from '../mail/address.ts';
import { readHops } from '../mail/hop.ts';
import { isAligned, type Verdicts } from '../mail/ses-verdicts.ts';
import { findLoop, findMachineAnswer, isMachineMail, wasDeliveredBefore } from './find-loop.ts';
import { findReport } from './find-report.ts';
import { soleSender } from './sole-sender.ts';

/** What is known of a mail beside its header, from whoever took it in. */
export interface ReceivedBy {
  /** Envelope sender; empty for the null reverse-path; `undefined` when it is not known. */
  readonly mailFrom?: string | undefined;
  readonly verdicts?: Verdicts | undefined;
  /** The installation's: its own mail is known by it. */
  readonly secret: Uint8Array;
}

/**
 * Decides from the header alone whether a mail goes on at all: before anything of it is stored.
 * @throws PermanentMailError `ERR_LOOP`, `ERR_VIRUS`, `ERR_SPAM`, `ERR_SENDER_REFUSED`, `ERR_NOT_AUTHENTICATED`
 */
export function assessHead(route: Route, head: MailHead, arrival: ReceivedBy): void {
  assessLoop(route, head, arrival);
  assessVerdicts(arrival.verdicts);
  assessSender(route, head, arrival.verdicts);
  // Last: a sender who makes such fields up is to be told by his other lies.
  if (wasDeliveredBefore(route, head)) refuse('ERR_LOOP', 'the mail was delivered to this address before');
}

function assessLoop(route: Route, head: MailHead, { mailFrom, secret }: ReceivedBy): void {
  const loop = findLoop(head, readHops(head.fields, secret)) ?? findMachineAnswer(head, mailFrom);
  if (loop !== undefined) refuse('ERR_LOOP', loop);
  // A sensor's mail says auto-generated (RFC 3834 §5): only a route that answers the sender must not take it.
  if (route.recipients.from === 'sender' && isMachineMail(head))
    refuse('ERR_LOOP', 'an automatic mail is not answered');
}

/**
 * Decides from the parts and the text of a mail whether it goes on.
 * @throws PermanentMailError `ERR_LOOP` for a delivery report that its header does not own up to
 */
export function assessParts(mail: Pick<ParsedMail, 'root' | 'head' | 'text'>): void {
  const report = findReport(mail);
  if (report !== undefined) refuse('ERR_LOOP', report);
}

/** `DISABLED` and a missing verdict mean that nobody looked, `GRAY` that nobody knows: neither is a finding. */
const harmless = new Set(['PASS', 'GRAY', 'DISABLED']);

/** Holds what failed, what could not be checked, and every word that SES does not use today. */
function assessVerdicts(verdicts: Verdicts | undefined): void {
  const held = (verdict: string | undefined) => verdict !== undefined && !harmless.has(verdict);
  if (held(verdicts?.virus)) throw new PermanentMailError('ERR_VIRUS', `the virus verdict is ${verdicts?.virus}`);
  if (held(verdicts?.spam)) throw new PermanentMailError('ERR_SPAM', `the spam verdict is ${verdicts?.spam}`);
}

function assessSender(route: Route, head: MailHead, verdicts: Verdicts | undefined): void {
  const guarded = route.allowedSenders !== undefined || route.requireAuth !== 'none';
  if (!guarded) return;
  const from = soleSender(head);
  if (from === undefined)
    refuse(
      'ERR_SENDER_REFUSED',
      `the mail has ${head.from.length} From addresses, needed is exactly one, plainly written`,
    );
  if (route.allowedSenders?.some((pattern) => matchesAddress(pattern, from)) === false) {
    refuse('ERR_SENDER_REFUSED', 'the sender is not among the allowed senders of the route');
  }
  if (route.requireAuth === 'none') return;
  const dmarc = verdicts?.dmarc === 'PASS';
  const aligned = verdicts?.authenticatedDomains.some((domain) => isAligned(domain, domainOf(from))) ?? false;
  if (dmarc || (route.requireAuth === 'aligned' && aligned)) return;
  refuse(
    'ERR_NOT_AUTHENTICATED',
    `the route requires ${route.requireAuth} authentication, which the mail does not show`,
  );
}

function refuse(code: PermanentCode, reason: string): never {
  throw new PermanentMailError(code, reason);
}
