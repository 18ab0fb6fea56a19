import type { MailHead, ParsedMail } from '../contracts/parsed-mail.ts';
import type { Route } from '../contracts/route.ts';
import { PermanentMailError } from '../errors/mail-error.ts';
import { matchesAddress } from '../mail/address.ts';
import { chooseRecipients } from '../mail/recipients/choose-recipients.ts';
import { type FoundRecipients, findRecipients } from '../mail/recipients/find-recipients.ts';

export interface ResolvedRecipients {
  readonly addresses: readonly string[];
  readonly refusedCount: number;
  /** The bodies as they go out: without the marker and the list. */
  readonly text?: string;
  readonly html?: string;
}

/**
 * Whom a mail goes to, by its route.
 * @param rcptTo the envelope recipients, when they are known
 * @param monitored the addresses of all routes: never a recipient
 * @throws PermanentMailError `ERR_NO_RECIPIENTS`, `ERR_RECIPIENT_MISMATCH`, `ERR_TOO_MANY_RECIPIENTS`
 */
export function resolveRecipients(
  route: Route,
  mail: ParsedMail,
  rcptTo: readonly string[],
  monitored: readonly string[],
): ResolvedRecipients {
  const found = candidates(route, mail, rcptTo);
  const chosen = chooseRecipients(found, {
    maxRecipients: route.maxRecipients,
    monitoredAddresses: monitored,
    ...(route.allowedRecipientDomains === undefined ? {} : { allowedRecipientDomains: route.allowedRecipientDomains }),
  });
  if ('code' in chosen) throw new PermanentMailError(chosen.code, chosen.reason);
  return {
    ...chosen,
    ...(found.text === undefined ? {} : { text: found.text }),
    ...(found.html === undefined ? {} : { html: found.html }),
  };
}

function candidates(route: Route, mail: ParsedMail, rcptTo: readonly string[]): FoundRecipients {
  const bodies = {
    ...(mail.text === undefined ? {} : { text: mail.text }),
    ...(mail.html === undefined ? {} : { html: mail.html }),
  };
  const rule = route.recipients;
  switch (rule.from) {
    case 'body':
      return findRecipients({ ...bodies, marker: rule.marker });
    case 'fixed':
      return { ...bodies, ...listOf(rule.to) };
    case 'sender':
      return { ...bodies, ...listOf(mail.head.from.map(({ address }) => address)) };
    case 'map':
      return { ...bodies, ...listOf(mapped(rule.map, monitoredRecipients(route, mail.head, rcptTo))) };
  }
}

function listOf(addresses: readonly string[]): Pick<FoundRecipients, 'textList' | 'openMarker'> {
  return { textList: { addresses: [...new Set(addresses)], refusedCount: 0 }, openMarker: false };
}

function mapped(map: Readonly<Record<string, readonly string[]>>, received: readonly string[]): string[] {
  return Object.entries(map)
    .filter(([address]) => received.some((one) => one.toLowerCase() === address.toLowerCase()))
    .flatMap(([, to]) => to);
}

/**
 * The monitored addresses that the mail came for: the envelope where it is known, else what the receiving server wrote
 * into the topmost `Received … for <address>`, else the header's To and Cc, which the sender may have made up.
 */
function monitoredRecipients(route: Route, head: MailHead, rcptTo: readonly string[]): string[] {
  const ofRoute = (addresses: readonly string[]) => addresses.filter((one) => matchesAddress(route.address, one));
  const fromEnvelope = ofRoute(rcptTo);
  if (fromEnvelope.length > 0) return fromEnvelope;
  const received = head.fields.find(({ name }) => name === 'received')?.value ?? '';
  const fromServer = ofRoute([/\bfor <?([^\s<>;]{3,320})>?;/.exec(received)?.[1] ?? '']);
  if (fromServer.length > 0) return fromServer;
  const fields = head.fields.filter(({ name }) => name === 'to' || name === 'cc');
  return ofRoute(fields.flatMap(({ value }) => value.slice(0, 10_000).split(/[\s<>,;"]+/)));
}
