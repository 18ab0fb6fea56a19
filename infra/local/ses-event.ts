import { domainOf } from '../../shared/mail/address.ts';

/** What is known of a mail that was handed over. */
export interface DeliveredMail {
  readonly transportId: string;
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly emailTags: Readonly<Record<string, string>>;
  readonly configurationSet?: string;
  readonly at: Date;
}

const reportingMta = 'lightermail.local';

/**
 * The events that SES publishes about one mail, as JSON texts in order of time. The addresses of SES's mailbox
 * simulator have the ends that they have there; every other recipient gets the mail.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 * @see https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
 */
export function toSesEvents(mail: DeliveredMail): readonly string[] {
  const about = toMail(mail);
  return [{ eventType: 'Send', send: {} }, ...endsOf(mail)].map(({ eventType, ...rest }) =>
    JSON.stringify({ eventType, mail: about, ...rest }),
  );
}

type SesEvent = { readonly eventType: string } & Readonly<Record<string, unknown>>;

function endsOf(mail: DeliveredMail): readonly SesEvent[] {
  switch (simulatedEnd(mail.rcptTo)) {
    case 'bounce':
      return [bounce(mail, 'General', '5.1.1', 'smtp; 550 5.1.1 user unknown')];
    case 'suppressionlist':
      return [bounce(mail, 'Suppressed', '5.1.1', 'Amazon SES did not send the message to this address')];
    case 'complaint':
      return [delivery(mail), complaint(mail)];
    default:
      // `ooto` is delivered too: its out-of-office answer is a mail to the sender, not an event.
      return [delivery(mail)];
  }
}

/** The local part of an address of the simulator, without a `+label`. */
function simulatedEnd(address: string): string | undefined {
  if (domainOf(address) !== 'simulator.amazonses.com') return undefined;
  return address.slice(0, address.lastIndexOf('@')).split('+')[0]?.toLowerCase();
}

function delivery(mail: DeliveredMail): SesEvent {
  return {
    eventType: 'Delivery',
    delivery: {
      timestamp: mail.at.toISOString(),
      processingTimeMillis: 1,
      recipients: [mail.rcptTo],
      smtpResponse: '250 2.0.0 in the local mailbox',
      reportingMTA: reportingMta,
    },
  };
}

function bounce(mail: DeliveredMail, bounceSubType: string, status: string, diagnosticCode: string): SesEvent {
  return {
    eventType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bounceSubType,
      bouncedRecipients: [{ emailAddress: mail.rcptTo, action: 'failed', status, diagnosticCode }],
      timestamp: mail.at.toISOString(),
      feedbackId: `${mail.transportId}-bounce`,
      reportingMTA: `dsn; ${reportingMta}`,
    },
  };
}

function complaint(mail: DeliveredMail): SesEvent {
  return {
    eventType: 'Complaint',
    complaint: {
      complainedRecipients: [{ emailAddress: mail.rcptTo }],
      timestamp: mail.at.toISOString(),
      feedbackId: `${mail.transportId}-complaint`,
      complaintSubType: null,
      userAgent: 'Amazon SES Mailbox Simulator',
      complaintFeedbackType: 'abuse',
      arrivalDate: mail.at.toISOString(),
    },
  };
}

function toMail(mail: DeliveredMail): unknown {
  const { transportId, mailFrom, rcptTo } = mail;
  const tags = Object.entries(mail.emailTags).map(([name, value]) => [name, [value]]);
  return {
    timestamp: mail.at.toISOString(),
    source: mailFrom,
    sourceArn: `arn:aws:ses:local:000000000000:identity/${mailFrom}`,
    sendingAccountId: '000000000000',
    messageId: transportId,
    destination: [rcptTo],
    headersTruncated: false,
    headers: [
      { name: 'From', value: mailFrom },
      { name: 'To', value: rcptTo },
    ],
    commonHeaders: { from: [mailFrom], to: [rcptTo], messageId: transportId },
    tags: {
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [domainOf(mailFrom)],
      ...(mail.configurationSet === undefined ? {} : { 'ses:configuration-set': [mail.configurationSet] }),
      ...Object.fromEntries(tags),
    },
  };
}
