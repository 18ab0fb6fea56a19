import type { MailHead } from '../contracts/parsed-mail.ts';
import type { Route } from '../contracts/route.ts';
import type { PermanentCode } from '../errors/codes.ts';
import { PermanentMailError } from '../errors/mail-error.ts';
import { domainOf, matchesAddress } from '../mail/address.ts';
import { isAligned, type Verdicts } from '../mail/ses-verdicts.ts';

/** Says how often Lightermail has already handled a mail. */
export const hopField = 'X-Lightermail-Hop';

/** A mail that three Lightermails have handed on is going in circles. */
const maxHops = 3;
/** More `Received` fields than any real way has. @see RFC 5321 §6.3 */
const maxReceived = 25;

/** What is known of a mail beside its header, from whoever took it in. */
export interface ReceivedBy {
  /** Envelope sender; empty for the null reverse-path; `undefined` when it is not known. */
  readonly mailFrom?: string | undefined;
  readonly verdicts?: Verdicts | undefined;
}

/**
 * Decides from the header alone whether a mail goes on at all: before anything of it is stored.
 * @throws PermanentMailError `ERR_LOOP`, `ERR_VIRUS`, `ERR_SPAM`, `ERR_SENDER_REFUSED`, `ERR_NOT_AUTHENTICATED`
 */
export function assessHead(route: Route, head: MailHead, arrival: ReceivedBy): void {
  const loop = findLoop(route, head, arrival);
  if (loop !== undefined) throw new PermanentMailError('ERR_LOOP', loop);
  assessVerdicts(arrival.verdicts);
  assessSender(route, head, arrival.verdicts);
}

/** How often Lightermail has handled the mail before; 0 for a mail from outside. */
export function hopCount(head: MailHead): number {
  const counts = head.fields
    .filter((field) => field.name === hopField.toLowerCase())
    .map((field) => Number.parseInt(field.value, 10));
  return Math.max(0, ...counts.filter((count) => count > 0));
}

function findLoop(route: Route, head: MailHead, arrival: ReceivedBy): string | undefined {
  if (hopCount(head) >= maxHops) return `the mail was handed on ${maxHops} times already`;
  if (head.receivedCount > maxReceived)
    return `the mail has ${head.receivedCount} Received fields, allowed are ${maxReceived}`;
  const nullSender = arrival.mailFrom === '' || head.returnPath === '<>' || head.returnPath === '';
  if (nullSender) return 'the mail has no envelope sender: it is a bounce or a notice';
  if (head.contentType === 'multipart/report') return 'the mail is a delivery report';
  const auto = head.autoSubmitted;
  if (auto?.startsWith('auto-replied') === true) return 'the mail is an automatic reply';
  // A sensor's mail says auto-generated (RFC 3834 §5): only a route that answers the sender must not take it.
  if (route.recipients.from === 'sender' && isMachineMail(head)) return 'an automatic mail is not answered';
  return undefined;
}

function isMachineMail(head: MailHead): boolean {
  if (head.autoSubmitted !== undefined && head.autoSubmitted !== 'no') return true;
  return head.fields.some(({ name, value }) => {
    if (name === 'precedence') return /^\s*(bulk|list|junk)\s*$/i.test(value);
    return name === 'list-id' || name === 'list-unsubscribe' || name === 'x-auto-response-suppress';
  });
}

/** `DISABLED` and a missing verdict mean that nobody looked; whatever is neither that nor a pass is held. */
function assessVerdicts(verdicts: Verdicts | undefined): void {
  const held = (verdict: string | undefined) => verdict === 'FAIL' || verdict === 'PROCESSING_FAILED';
  if (held(verdicts?.virus)) throw new PermanentMailError('ERR_VIRUS', `the virus verdict is ${verdicts?.virus}`);
  if (held(verdicts?.spam)) throw new PermanentMailError('ERR_SPAM', `the spam verdict is ${verdicts?.spam}`);
}

function assessSender(route: Route, head: MailHead, verdicts: Verdicts | undefined): void {
  const guarded = route.allowedSenders !== undefined || route.requireAuth !== 'none';
  if (!guarded) return;
  const from = head.from.length === 1 ? head.from[0]?.address : undefined;
  if (from === undefined)
    refuse('ERR_SENDER_REFUSED', `the mail has ${head.from.length} From addresses, needed is one`);
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
