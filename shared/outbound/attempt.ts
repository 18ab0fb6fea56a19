import type { EmailRecord } from '../contracts/records.ts';
import type { SendReceipt } from '../ports/mail-sender.ts';
import { configurationSetOf } from './breaker-scopes.ts';
import { openMessage } from './open-message.ts';
import type { OutboundPorts } from './outbound-ports.ts';

/** Hands a claimed email to the transport: exactly one attempt. Throws what the transport throws. */
export async function attempt(ports: OutboundPorts, email: EmailRecord): Promise<SendReceipt> {
  const { files, sender, settings, log } = ports;
  const configurationSet = configurationSetOf(email, settings);
  log.info('email goes out', { emailId: email.emailId, attempt: email.attempts, bytes: email.sizeBytes });
  const receipt = await sender.send({
    emailId: email.emailId,
    mailFrom: email.mailFrom,
    rcptTo: email.rcptTo,
    openMime: () => openMessage(files, email),
    sizeBytes: email.sizeBytes,
    emailTags: { email_id: email.emailId },
    ...(configurationSet === undefined ? {} : { configurationSet }),
  });
  log.info('email accepted by the transport', { emailId: email.emailId, transportId: receipt.transportId });
  return receipt;
}
