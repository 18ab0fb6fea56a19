import { createHash } from 'node:crypto';
import { PermanentMailError } from '../errors/mail-error.ts';
import { shortHash } from '../mail/hash.ts';
import { type RawSesEvent, sesEventSchema, sesNotificationSchema } from './ses-event-schema.ts';
import { openEnvelope } from './sns-envelope.ts';

/** The types of event that SES publishes today; others are kept as they are. */
export type SesEventType =
  | 'Send'
  | 'Delivery'
  | 'Bounce'
  | 'Complaint'
  | 'Open'
  | 'Click'
  | 'DeliveryDelay'
  | 'Reject'
  | 'Rendering Failure'
  | 'Subscription';

/** What SES tells about a mail that was sent. */
export interface SesEvent {
  /** The same for every delivery of this event: SNS's id of the message, else the hash of the body. */
  readonly eventId: string;
  readonly type: SesEventType | (string & {});
  /** When it happened, in SES's words: ISO 8601, UTC. */
  readonly at: string;
  /** Our id of the mail, when it carried one. */
  readonly emailId?: string;
  /** The record store that the sender named in the tag `store`, where several share one account. */
  readonly storeTag?: string;
  /** When SES took the mail: ISO 8601, UTC. */
  readonly mailAt: string;
  /** The id that SES gave the mail when it took it. */
  readonly sesMessageId: string;
  /** Whom the event is about; all recipients of the mail when SES does not say. */
  readonly recipients: readonly string[];
  readonly bounceType?: string;
  readonly bounceSubType?: string;
  readonly complaintFeedbackType?: string;
  readonly userAgent?: string;
  readonly link?: string;
  /** The event as SES wrote it, JSON. */
  readonly raw: string;
}

const linkHashLength = 12;
const hashedLink = /^hashed:/;

/** Tells the links of a mail apart without keeping one: links hold tokens. */
export function toLinkHash(link: string): string {
  return hashedLink.test(link) ? link : `hashed:${shortHash(linkHashLength, link)}`;
}

/** The event without what may not be stored: no address, no link, nothing of what SES wrote. */
export function withoutContent(event: SesEvent): SesEvent {
  const { link, ...rest } = event;
  return { ...rest, recipients: [], raw: '', ...(link === undefined ? {} : { link: toLinkHash(link) }) };
}

/** A message that is no event of ours and needs no work. */
export interface ForeignEvent {
  readonly foreign: 'identity-feedback' | 'receipt' | 'topic-validation';
}

/** What SES publishes as plain text when a topic is set as an event destination. */
const validationText = 'Successfully validated SNS topic for Amazon SES';

/** The tag that each mail is sent with, and the header field for senders that cannot tag. */
const emailIdTag = 'email_id';
const storeTag = 'store';
const trackingField = 'x-lfx-tracking-id';

/**
 * Reads one event of SES's event publishing, in an SNS envelope or delivered raw. Fields that SES may add are kept in `raw`.
 * @throws PermanentMailError `ERR_BAD_EVENT` when the body is none
 */
export function parseSesEvent(body: string): SesEvent | ForeignEvent {
  const { text, value, snsMessageId } = openEnvelope(body);
  if (text.startsWith(validationText)) return { foreign: 'topic-validation' };
  const parsed = sesEventSchema.safeParse(value);
  if (parsed.success) return toSesEvent(parsed.data, text, snsMessageId ?? hash(body));
  const notification = sesNotificationSchema.safeParse(value);
  if (notification.success) {
    return { foreign: notification.data.notificationType === 'Received' ? 'receipt' : 'identity-feedback' };
  }
  throw new PermanentMailError('ERR_BAD_EVENT', 'the body is no SES event: expected "eventType" and "mail"');
}

function toSesEvent(event: RawSesEvent, raw: string, eventId: string): SesEvent {
  const emailId = emailIdOf(event);
  const store = tagOf(event, storeTag);
  return {
    eventId,
    type: event.eventType,
    at: timeOf(event),
    mailAt: toTime(event.mail.timestamp) ?? event.mail.timestamp,
    sesMessageId: event.mail.messageId,
    recipients: recipientsOf(event),
    ...(emailId && { emailId }),
    ...(store && { storeTag: store }),
    ...(event.bounce?.bounceType && { bounceType: event.bounce.bounceType }),
    ...(event.bounce?.bounceSubType && { bounceSubType: event.bounce.bounceSubType }),
    ...(event.complaint?.complaintFeedbackType && { complaintFeedbackType: event.complaint.complaintFeedbackType }),
    ...agentOf(event),
    ...(event.click?.link && { link: event.click.link }),
    raw,
  };
}

function agentOf({ open, click, complaint }: RawSesEvent): { userAgent?: string } {
  const userAgent = (open ?? click ?? complaint)?.userAgent;
  return userAgent ? { userAgent } : {};
}

/** Send, Reject and Rendering Failure carry no time of their own: they happen when SES takes the mail. */
function timeOf({ mail, ...event }: RawSesEvent): string {
  const own = event.bounce ?? event.complaint ?? event.delivery ?? event.deliveryDelay;
  const at = (own ?? event.open ?? event.click ?? event.subscription)?.timestamp;
  return toTime(at) ?? toTime(mail.timestamp) ?? mail.timestamp;
}

/** One form for all times, so that they compare as text: with milliseconds, in UTC. */
function toTime(text: string | undefined): string | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

function recipientsOf({ mail, bounce, complaint, delivery, deliveryDelay }: RawSesEvent): readonly string[] {
  const named = bounce?.bouncedRecipients ?? complaint?.complainedRecipients ?? deliveryDelay?.delayedRecipients;
  return named?.map(({ emailAddress }) => emailAddress) ?? delivery?.recipients ?? mail.destination ?? [];
}

function emailIdOf({ mail }: RawSesEvent): string | undefined {
  const tag = tagOf({ mail }, emailIdTag);
  if (tag) return tag;
  const field = mail.headers?.find(({ name }) => name.toLowerCase() === trackingField)?.value.trim();
  return field?.slice(field.lastIndexOf('/') + 1);
}

function tagOf({ mail }: Pick<RawSesEvent, 'mail'>, name: string): string | undefined {
  const tags = mail.tags ?? {};
  return Object.hasOwn(tags, name) ? tags[name]?.[0] : undefined;
}

function hash(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
