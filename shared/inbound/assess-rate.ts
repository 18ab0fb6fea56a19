import type { MailHead } from '../contracts/parsed-mail.ts';
import type { Route } from '../contracts/route.ts';
import { PermanentMailError } from '../errors/mail-error.ts';
import { canonicalAddress } from '../mail/address.ts';
import { toRecipientHash } from '../mail/ids.ts';
import type { InboundPorts } from './inbound-ports.ts';
import { soleSender } from './sole-sender.ts';

/**
 * Holds back a flood: a device gone wild, or an allowed sender's account in other hands. Counts the mail for its route
 * and for its sender, by the hour of the clock; a mail that is received again is not counted again.
 * @throws PermanentMailError `ERR_RATE`: the mail is parked, and can be processed again once the flood is over
 */
export async function assessRate(
  { arrivalCounts }: Pick<InboundPorts, 'arrivalCounts'>,
  { id, maxMailsPerHour, maxMailsPerSenderPerHour }: Route,
  head: MailHead,
  mail: { readonly mailId: string; readonly mailFrom: string | undefined },
): Promise<void> {
  const sender = soleSender(head) ?? mail.mailFrom ?? '';
  const caps = [
    { most: maxMailsPerSenderPerHour, of: toRecipientHash(canonicalAddress(sender.toLowerCase())), what: 'sender' },
    { most: maxMailsPerHour, of: 'all', what: 'route' },
  ];
  for (const { most, of, what } of caps) {
    if (most === undefined) continue;
    const place = await arrivalCounts.count(`${id}#${of}`, mail.mailId);
    if (place > most) throw new PermanentMailError('ERR_RATE', `more than the ${most} mails an hour of one ${what}`);
  }
}
