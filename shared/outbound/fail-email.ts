import type { EmailRecord } from '../contracts/records.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { released } from './claimed-outcome.ts';
import type { OutboundPorts, RelayEnd } from './outbound-ports.ts';

/**
 * The end of an email that will not be sent: operators are told, its record says why, its job becomes a dead letter.
 * Nothing is recorded when the email has changed since it was read.
 */
export async function failEmail(ports: OutboundPorts, email: EmailRecord, code: ErrorCode): Promise<RelayEnd> {
  const failedAt = ports.clock.now().toISOString();
  await publishEmailNotice(ports, email, 'email.failed', code);
  await ports.emails.change(email.emailId, (current) =>
    current.state === email.state && current.owner === email.owner
      ? { state: 'failed', fields: { ...released, code, failedAt } }
      : undefined,
  );
  return { end: 'rejected', code };
}

/** Tells operators of an email by its id and code: nothing that a sender wrote, and no address. */
export async function publishEmailNotice(
  { fallbackTopic }: OutboundPorts,
  email: EmailRecord,
  type: 'email.failed' | 'email.uncertain',
  code: ErrorCode,
): Promise<void> {
  const notice = {
    v: 1,
    type,
    emailId: email.emailId,
    groupId: email.groupId,
    ...(email.mailId === undefined ? {} : { mailId: email.mailId }),
    code,
    attempts: email.attempts,
  };
  await fallbackTopic.publish({
    subject: `Lightermail: ${type.replace('.', ' ')} (${code})`,
    message: JSON.stringify(notice),
    attributes: { type: notice.type, code },
  });
}
