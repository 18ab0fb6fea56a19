import type { Responder } from '../../shared/adapters/nats/nats-responder.ts';
import { type RelayErrorText, toRelaySubjects } from '../../shared/contracts/relay-reply.ts';
import { readEmailStatus } from '../../shared/relay/email-status.ts';
import { readEngagementAnalytics } from '../../shared/relay/engagement-analytics.ts';
import { sendEmail } from '../../shared/relay/send-email.ts';
import type { Records } from '../../shared/runtime/records.ts';
import { type RelayParts, toSendPorts } from './relay-ports.ts';

/** What the relay answers: all three subjects, or only `send_email` where there are no records to ask. */
export function toResponders(parts: RelayParts, records: Records | undefined): Responder[] {
  const { config, log } = parts;
  const subjects = toRelaySubjects(config.subjectPrefix);
  const { queueGroup } = subjects;
  const sendPorts = toSendPorts(parts, records);
  const fault = (error: RelayErrorText) => ({ error });
  const send: Responder = {
    ...{ subject: subjects.sendEmail, queueGroup, fault: fault('email delivery failed') },
    answer: (data) => sendEmail(sendPorts, data),
  };
  if (records === undefined) return [send];
  const { emails } = records;
  return [
    send,
    {
      ...{ subject: subjects.emailStatus, queueGroup, fault: fault('internal error') },
      answer: (data) => readEmailStatus({ emails, log }, data),
    },
    {
      ...{ subject: subjects.engagement, queueGroup, fault: fault('internal error') },
      answer: (data) => readEngagementAnalytics({ emails, log }, data),
    },
  ];
}
