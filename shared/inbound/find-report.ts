import type { HeaderField, MailHead, ParsedMail, PartNode } from '../contracts/parsed-mail.ts';

/** @see RFC 6522 §3, RFC 3464 §2.1, RFC 8098 §3.1, RFC 5965 §2, RFC 6533 §6 */
export const reportTypes: ReadonlySet<string> = new Set([
  'multipart/report',
  'message/delivery-status',
  'message/global-delivery-status',
  'message/disposition-notification',
  'message/global-disposition-notification',
  'message/feedback-report',
]);

/** Why a mail is a bounce or an automatic answer, as far as its parts and its text show; undefined when it is none. */
export function findReport(mail: Pick<ParsedMail, 'root' | 'head' | 'text'>): string | undefined {
  // What a person forwards stands within message/rfc822, which has no children here, and does not count.
  if (holdsType(mail.root, (type) => reportTypes.has(type))) return 'a part of the mail is a delivery report';
  const text = (mail.text ?? '').slice(0, readChars);
  if (isSesNotification(mail.head, text)) return 'the mail is a notification of SES about a mail';
  if (hasReportFields(text)) return 'the text of the mail is a delivery report';
  if (isFailureNotice(mail, text)) return 'the mail gives a mail back that could not be delivered';
  return isAnswer(mail.head, text) ? 'the mail is an automatic reply' : undefined;
}

/** Bounces say what they are at their beginning. */
const readChars = 64 * 1024;

function holdsType({ contentType, children }: PartNode, isSought: (type: string) => boolean): boolean {
  return isSought(contentType) || children.some((child) => holdsType(child, isSought));
}

/** SES's notifications by mail, through SNS. @see https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html */
function isSesNotification({ fields }: MailHead, text: string): boolean {
  return hasField(fields, 'x-amz-sns-message-id') && /"(?:notificationType|eventType)\\?"\s{0,9}:/.test(text);
}

const reportField =
  /^[> \t]{0,8}(reporting-mta|received-from-mta|arrival-date|final-recipient|original-recipient|action|status|remote-mta|diagnostic-code|last-attempt-date)[ \t]*:/gim;

/** The fields of a delivery report as text, also where somebody quotes it. @see RFC 3464 §2.2 and §2.3 */
function hasReportFields(text: string): boolean {
  const names = new Set([...text.matchAll(reportField)].map(([, name]) => name?.toLowerCase()));
  return names.size >= 3 && (names.has('final-recipient') || names.has('original-recipient'));
}

/** How mail systems begin the subject of what they give back. */
const failureSubject =
  /^\s*(?:undeliver(?:able|ed)|delivery (?:status notification|failure|has failed)|mail (?:delivery (?:failed|failure|system|error)|could not be delivered|system error)|returned mail|failure notice|loop alert|warning: could not send|complaint about message)/i;
const failureText =
  /could not be delivered to:?\s{0,20}<?[^\s@]{1,64}@|unable to deliver (?:the |your )?message to|delivery has failed to these recipients|did not reach the following recipient/i;
/** A reply of RFC 5321 §4.2 or a code of RFC 3463 that says no. */
const failureReply = /(?:^|[\s'"(])(?:[45][0-5]\d[- ](?=\S)|[45]\.\d{1,3}\.\d{1,3}\b)/m;

/**
 * A notice that only its structure gives away (RFC 5321 §6.1 asks for the null sender, which some never gave): it is
 * from a postmaster or says in its subject or text that it failed, and holds the mail that it gives back, or the reply.
 */
function isFailureNotice({ root, head }: Pick<ParsedMail, 'root' | 'head'>, text: string): boolean {
  const says = failureSubject.test(head.subject) || failureText.test(text);
  const returns = holdsType(root, (type) => type === 'message/rfc822' || type === 'text/rfc822-headers');
  const givesBack = returns || holdsTrace(text);
  if (says && givesBack) return true;
  return isPostmaster(head) && (says || givesBack || failureReply.test(text));
}

/** The trace of another mail in the text: nothing but a mail has both fields. @see RFC 5322 §3.6.7 */
function holdsTrace(text: string): boolean {
  return /^[> \t]{0,8}received:[ \t]/im.test(text) && /^[> \t]{0,8}message-id:[ \t]/im.test(text);
}

/** The address that RFC 5321 §4.5.1 reserves, and how it is written where the name is taken. */
function isPostmaster({ from }: MailHead): boolean {
  return from.some(({ address }) => /^post[._-]?master@/i.test(address));
}

/** @see RFC 3834 §3.1.5: such a subject begins with `Auto:` */
const answerSubject =
  /^\s*(?:auto:|auto(?:matic|mated)?[ -]?(?:reply|response|replied|answer)\b|out[ -]of[ -](?:the[ -])?office\b|vacation\b)/i;

/** An answer to a mail that says in its subject, or as a list server in its text, that a machine gave it. */
function isAnswer({ fields, subject }: MailHead, text: string): boolean {
  const answers = hasField(fields, 'in-reply-to') || hasField(fields, 'references');
  const isListServer = hasField(fields, 'x-mlserver') || hasField(fields, 'list-subscribe');
  if (answers && answerSubject.test(subject)) return true;
  return answers && isListServer && /^\s*you are not (?:a )?(?:member|subscribed)/i.test(text);
}

function hasField(fields: readonly HeaderField[], name: string): boolean {
  return fields.some((field) => field.name === name);
}
