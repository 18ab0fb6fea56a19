import type { EmailStatusReply, RelayErrorReply } from '../contracts/relay-reply.ts';
import { parseEmailStatus } from '../contracts/relay-request.ts';
import type { Logger } from '../ports/logger.ts';
import type { Emails } from '../records/emails.ts';
import { isTold, toStatusReply } from './to-status-reply.ts';

export interface EmailStatusPorts {
  readonly emails: Pick<Emails, 'read' | 'ofGroup'>;
  readonly log: Logger;
}

/**
 * Answers `get_email_status`: one record by `email_id`, an array by `group_id`. Records that have vanished are left out
 * of a group; a store that does not answer is never taken for an email that is not there.
 */
export async function readEmailStatus(
  { emails, log }: EmailStatusPorts,
  data: Uint8Array,
): Promise<EmailStatusReply | readonly EmailStatusReply[] | RelayErrorReply> {
  const request = parseEmailStatus(data);
  if (request === undefined) return { error: 'invalid request payload' };
  const { email_id: emailId, group_id: groupId } = request;
  if (emailId === '' && groupId === '') return { error: 'email_id or group_id is required' };
  if (emailId !== '' && groupId !== '') return { error: 'only one of email_id or group_id may be set' };
  try {
    if (groupId !== '') {
      const told = (await emails.ofGroup(groupId)).filter(isTold);
      return told.length === 0 ? { error: 'not found' } : told.map(toStatusReply);
    }
    const email = await emails.read(emailId);
    return email === undefined || !isTold(email) ? { error: 'not found' } : toStatusReply(email);
  } catch (error) {
    log.error('the status of an email could not be read', error);
    return { error: 'internal error' };
  }
}
