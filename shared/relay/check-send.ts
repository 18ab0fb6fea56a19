import type { RelayMailbox } from '../contracts/relay-message.ts';
import type { RelayErrorText } from '../contracts/relay-reply.ts';
import type { SendEmailRequest } from '../contracts/relay-request.ts';
import { isExactDomain, isWithinDomains } from './domain-allowed.ts';
import { parseMailbox } from './parse-mailbox.ts';
import type { RelaySettings } from './relay-settings.ts';

/** A request that may be sent. */
export interface AllowedSend {
  readonly from: RelayMailbox;
  /** `undefined` when it is no address: then the delivery fails, as a server would have refused it. */
  readonly to: string | undefined;
  readonly replyTo?: string;
}

/** `skipped`: answered as a success, sent to no one. */
export type SendCheck =
  | { readonly refused: RelayErrorText }
  | { readonly skipped: true }
  | { readonly allowed: AllowedSend };

/**
 * Checks a request in the order that callers rely on; the first failure answers.
 *
 * 1. Required fields.
 * 2. The recipient filter.
 * 3. The sender.
 * 4. The address for replies.
 */
export function checkSend(request: SendEmailRequest, settings: RelaySettings): SendCheck {
  const { subject, html, text } = request;
  if ([request.to, subject, html, text].includes('')) return { refused: 'to, subject, html, and text are required' };

  const to = parseMailbox(request.to);
  if (settings.recipientDomains.length > 0 && (to === undefined || !isWithinDomains(to, settings.recipientDomains))) {
    return { skipped: true };
  }

  const from = senderOf(request, settings);
  if ('refused' in from) return from;

  if (request.reply_to === '') return { allowed: { to, from } };
  const replyTo = parseMailbox(request.reply_to);
  if (replyTo === undefined) return { refused: 'invalid reply_to address' };
  if (!isWithinDomains(replyTo, settings.replyToDomains)) return { refused: 'reply_to address domain not allowed' };
  return { allowed: { to, from, replyTo } };
}

function senderOf(
  request: SendEmailRequest,
  settings: RelaySettings,
): RelayMailbox | { readonly refused: RelayErrorText } {
  const { defaultFrom } = settings;
  const name = request.from_display_name === '' ? defaultFrom.name : request.from_display_name;
  if (request.from === '') return { address: defaultFrom.address, name };
  const address = parseMailbox(request.from);
  if (address === undefined) return { refused: 'invalid from address' };
  if (!isExactDomain(address, settings.fromDomains)) return { refused: 'from address domain not allowed' };
  return { address, name };
}
