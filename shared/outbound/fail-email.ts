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
  await publishFailure(ports, email, code);
  await ports.emails.change(email.emailId, (current) =>
    current.state === email.state && current.owner === email.owner
      ? { state: 'failed', fields: { ...released, code, failedAt } }
      : undefined,
  );
  return { end: 'rejected', code };
}

async function publishFailure({ fallbackTopic }: OutboundPorts, email: EmailRecord, code: ErrorCode): Promise<void> {
  const notice = {
    v: 1,
    type: 'email.failed',
    emailId: email.emailId,
    groupId: email.groupId,
    ...(email.mailId === undefined ? {} : { mailId: email.mailId }),
    code,
    attempts: email.attempts,
  };
  await fallbackTopic.publish({
    subject: `Lightermail: email failed (${code})`,
    message: JSON.stringify(notice),
    attributes: { type: notice.type, code },
  });
}
